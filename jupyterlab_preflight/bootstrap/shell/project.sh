# Code: a clone where there is git, else an archive. What somebody changed here is left as it is.

# project DEST OPTIONS…: --git REPOSITORY, --ref NAME, --made-for LINK, and those of obtain. Without
# --url or --from there is no archive of it.
project() {
  local dest=$1 git='' ref='' link='' secret='' archive='' rest=() paths=()
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --git) git=$2 && shift ;;
      --ref) ref=$2 && shift ;;
      --made-for) link=$2 && shift ;;
      *)
        rest+=("$1")
        case $1 in
          --url | --from) archive=yes ;;
          --secret) secret=$2 ;;
          --without) paths+=("$2") ;;
        esac
        ;;
    esac
    shift
  done
  if [ -n "$git" ] && [ -e "$dest/.git" ]; then
    update "$dest" "$git" "$ref" "$secret"
    return
  fi
  work=$(workplace "$dest")
  trap 'rm -rf -- "$work"' EXIT
  if [ -n "$git" ] && have git; then
    clone "$work/tree" "$git" "$ref" "$secret" "$link" ${paths[@]+"${paths[@]}"}
  elif [ -n "$archive" ]; then
    obtain "$work" --links "${rest[@]}"
  else
    fail 'git is needed'
  fi
  if there "$dest"; then
    if [ -e "$work/tree/.git" ]; then fail "$dest is there and is not a clone: left as it is"; fi
    complete "$work/tree" "$dest"
  else
    settle "$work/tree" "$dest"
  fi
}

# repository FOLDER SECRET WORDS…: git without prompts and hooks. A secret goes by the environment
# (git 2.31 or later), to the host of origin only.
repository() (
  local host
  export GIT_TERMINAL_PROMPT=0 GCM_INTERACTIVE=never GIT_LFS_SKIP_SMUDGE=1
  if [ -n "$2" ]; then
    host=$(git -C "$1" config --get remote.origin.url | sed -E 's|^(https://[^/]+/).*|\1|')
    GIT_CONFIG_VALUE_0=$(authorization "$2" x-access-token) || exit 1
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$host.extraHeader" GIT_CONFIG_VALUE_0
  fi
  exec git -C "$1" -c core.hooksPath=/dev/null -c core.fsmonitor=false -c protocol.version=2 \
    -c submodule.recurse=false -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=60 "${@:3}" </dev/null
)

# clone FOLDER REPOSITORY REF SECRET LINK PATHS…: PATHS are left to the links of other lines.
clone() {
  local folder=$1 ref=$3 path branch=''
  git init -q -- "$folder"
  repository "$folder" '' remote add origin "$2"
  branch=$(branch_of "$folder" "$ref" "$4") || fail 'it could not be fetched; nothing was changed'
  repository "$folder" "$4" fetch -q --depth 1 --no-tags origin "${branch:-$ref}" ||
    fail 'it could not be fetched; nothing was changed'
  if [ $# -gt 5 ]; then
    repository "$folder" '' config core.sparseCheckout true
    repository "$folder" '' config sparse.expectFilesOutsideOfPatterns true
    mkdir -p "$folder/.git/info"
    {
      printf '/*\n'
      for path in "${@:6}"; do
        path=$(printf '%s' "$path" | sed 's/[][\\*?!# ]/\\&/g')
        printf '!/%s\n!/%s/\n' "$path" "$path"
      done
    } >"$folder/.git/info/sparse-checkout"
  fi
  if [ -n "$branch" ]; then
    branch=${branch#refs/heads/}
    repository "$folder" '' update-ref "refs/remotes/origin/$branch" FETCH_HEAD
    repository "$folder" '' checkout -q -B "$branch" --track "origin/$branch"
  else
    repository "$folder" '' checkout -q --detach FETCH_HEAD
  fi
  repository "$folder" '' config preflight.link "$5"
}

# branch_of FOLDER REF SECRET: the full name of the branch that REF (none: the default) means;
# nothing where it is a tag or a commit.
branch_of() {
  local refs
  if [ -z "$2" ]; then
    refs=$(repository "$1" "$3" ls-remote --symref origin HEAD) || return 1
    printf '%s\n' "$refs" | sed -n 's/^ref: \([^[:space:]]*\).*/\1/p'
  else
    refs=$(repository "$1" "$3" ls-remote origin "refs/heads/$2") || return 1
    if [ -n "$refs" ]; then printf 'refs/heads/%s' "$2"; fi
  fi
}

# update FOLDER REPOSITORY REF SECRET: forward only; a clone of somebody else's is left alone.
update() {
  local origin branch
  have git || fail "$1 is a clone, and git is not on this machine"
  origin=$(repository "$1" '' config --get remote.origin.url) || origin=''
  if [ "${origin%.git}" != "${2%.git}" ]; then fail "$1 is a clone of something else: left as it is"; fi
  branch=$(repository "$1" '' symbolic-ref -q --short HEAD) || branch=''
  if ! repository "$1" "$4" fetch -q --no-tags origin "${branch:-${3:-HEAD}}"; then
    say "  $1 is not updated: upstream cannot be reached"
  elif [ -n "$branch" ]; then
    repository "$1" '' merge -q --ff-only FETCH_HEAD ||
      fail "$1 has changes that upstream has changed as well: left as it is"
  else
    repository "$1" '' checkout -q --detach FETCH_HEAD ||
      fail "$1 has changes that upstream has changed as well: left as it is"
  fi
}

# complete TREE DEST: adds what is missing at DEST. A script knows no base, so it cannot tell whose a
# difference is: such files are named, left as they are, and the step fails.
complete() {
  local path different=''
  find "$1" -mindepth 1 -print0 >"$1.paths"
  while IFS= read -r -d '' path; do
    path=${path#"$1/"}
    if [ -d "$1/$path" ] && [ ! -L "$1/$path" ]; then
      if [ -L "$2/$path" ]; then fail "$2/$path is a link: nothing is written through it"; fi
      mkdir -p -- "$2/$path"
    elif [ ! -e "$2/$path" ] && [ ! -L "$2/$path" ]; then
      mv -- "$1/$path" "$2/$path"
    elif [ -L "$1/$path" ] || [ -L "$2/$path" ]; then
      [ "$(readlink "$2/$path")" = "$(readlink "$1/$path")" ] || different="$different $path"
    elif ! cmp -s -- "$1/$path" "$2/$path"; then
      different="$different $path"
    fi
  done <"$1.paths"
  if [ -n "$different" ]; then fail "these differ from upstream, and are left as they are:$different"; fi
}
