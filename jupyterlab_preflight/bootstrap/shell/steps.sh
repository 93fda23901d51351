# Order and failure: a step that fails holds up those that need it, and no others.

say() {
  printf '%s\n' "$*" >&2
}

fail() {
  say "  $*"
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# step LINE OPTIONAL WAITS-FOR COMMAND…: runs one step in a subshell, so that it can just end there.
step() {
  local line=$1 optional=$2 earlier status
  for earlier in $3; do
    if [[ $failed == *" $earlier "* ]]; then
      say "Line $line: not run, it waits for line $earlier."
      if [[ $excused == *" $earlier "* ]]; then optional=yes; fi
      ended "$line" "$optional"
      return 0
    fi
  done
  shift 3
  say "Line $line: $1${2:+ $2}"
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  if [ "$status" -ge 128 ]; then exit "$status"; fi # stopped: the steps after it are not run
  if [ "$status" -ne 0 ]; then
    say "  line $line failed"
    ended "$line" "$optional"
  fi
}

# ended LINE OPTIONAL: remembers a step that did not end well.
ended() {
  failed="$failed$1 "
  if [ -n "$2" ]; then excused="$excused$1 "; else result=4; fi
}

# cannot REASON: stands for a step that no script can do, so that it counts as failed.
cannot() {
  fail "this script cannot do it: $1"
}

# put_on_path LINE FOLDER: lets Python import from FOLDER in the steps that follow.
put_on_path() {
  if [[ $failed != *" $1 "* ]]; then
    export PYTHONPATH="$PWD/$2${PYTHONPATH:+:$PYTHONPATH}"
  fi
}
