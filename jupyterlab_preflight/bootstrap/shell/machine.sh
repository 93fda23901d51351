# What this machine is (--on), what it must have (require), and what is installed on it.

# on NAMES: whether this machine is one of NAMES (a comma means or; !NAME: it is not).
on() {
  local name
  for name in ${1//,/ }; do
    case $name in
      '!'*) [[ " $(places) " == *" ${name#!} "* ]] || return 0 ;;
      *) [[ " $(places) " == *" $name "* ]] && return 0 ;;
    esac
  done
  return 1
}

# places: the names that hold here. PREFLIGHT_HOST overrides them.
places() {
  local found='' named='' gpu='cpu' name
  if has_gpu; then gpu='gpu'; fi
  if [ -n "${PREFLIGHT_HOST:-}" ]; then
    for name in $(printf '%s' "$PREFLIGHT_HOST" | tr ',[:upper:]' ' [:lower:]'); do
      case $name in gpu | cpu) gpu=$name ;; *) named="$named $name" ;; esac
    done
    printf '%s %s' "${named:-local}" "$gpu"
    return
  fi
  if [ -n "${KAGGLE_KERNEL_RUN_TYPE:-}" ]; then
    found='kaggle'
  elif [ -n "${COLAB_RELEASE_TAG:-}" ] || [ -e /var/colab/hostname ]; then
    found='colab'
  elif [ -n "${BINDER_SERVICE_HOST:-}${BINDER_LAUNCH_HOST:-}${BINDER_REF_URL:-}" ]; then
    found='binder'
  fi
  if [ -n "${JUPYTERHUB_USER:-}" ]; then found="$found jupyterhub"; fi
  if [ -n "${SLURM_JOB_ID:-}" ]; then found="$found slurm"; fi
  printf '%s %s' "${found:-local}" "$gpu"
}

# has_gpu: whether a GPU is there and not hidden from this process.
has_gpu() {
  local device
  case ${CUDA_VISIBLE_DEVICES-shown} in '' | -1 | none | NoDevFiles) return 1 ;; esac
  if [ "$(uname -sm)" = 'Darwin arm64' ]; then return 0; fi
  for device in /dev/nvidia[0-9]* /dev/kfd; do
    if [ -e "$device" ]; then return 0; fi
  done
  return 1
}

require_gpu() {
  has_gpu || fail 'a GPU is needed, and there is none here'
}

require_place() {
  on "$1" || fail "this machine is not $1"
}

# require_ram BYTES
require_ram() {
  local found limit
  if [ -r /proc/meminfo ]; then
    found=$(awk '/^MemTotal:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)
    for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
      limit=$(cat "$limit" 2>/dev/null || echo max)
      if [[ $limit =~ ^[0-9]{1,18}$ ]] && [ "$limit" -lt "$found" ]; then found=$limit; fi
    done
  else
    found=$(sysctl -n hw.memsize)
  fi
  require_bytes memory "$found" "$1"
}

# require_disk BYTES
require_disk() {
  require_bytes 'free space' "$(df -Pk . | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')" "$1"
}

# require_bytes WHAT FOUND LEAST
require_bytes() {
  if [ "$2" -lt "$3" ]; then
    fail "$1: $(($2 / 1000000)) MB are here and $(($3 / 1000000)) MB are needed"
  fi
}

# require_version NAME CONDITION: of Python itself, or of an installed package.
require_version() {
  "$python" - "$@" >&2 <<'PYTHON'
import platform, sys
from importlib.metadata import PackageNotFoundError, version
try:
    from packaging.specifiers import SpecifierSet
except ImportError:
    from pip._vendor.packaging.specifiers import SpecifierSet
name, condition = sys.argv[1:]
try:
    found = platform.python_version() if name == "python" else version(name)
except PackageNotFoundError:
    sys.exit(f"  {name} is not installed; {condition} is needed")
if not SpecifierSet(condition).contains(found, prereleases=True):
    sys.exit(f"  {name} is {found}; {condition} is needed")
PYTHON
}

# pip_install WORDS…: into the interpreter $python.
pip_install() {
  "$python" -m pip install --no-input --disable-pip-version-check "$@"
}

# apt_install PACKAGES…: what of them is missing; on a machine without apt nothing.
apt_install() {
  local package missing=''
  if ! have apt-get || ! have dpkg-query; then
    say '  not for this machine: it has no apt'
    return 0
  fi
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "${package%%[=/]*}" 2>/dev/null)" = installed ] ||
      missing="$missing $package"
  done
  if [ -z "$missing" ]; then return 0; fi
  set -- apt-get
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then fail "ask an administrator for: apt-get install$missing"; fi
    set -- sudo -n apt-get
  fi
  "$@" -q update
  # shellcheck disable=SC2086 # names of packages hold no blanks
  DEBIAN_FRONTEND=noninteractive "$@" -q install -y --no-remove -- $missing
}

# run_command FOLDER WORDS…
run_command() {
  cd -- "$1"
  shift
  case $1 in python | python3) set -- "$python" "${@:2}" ;; esac
  exec "$@"
}
