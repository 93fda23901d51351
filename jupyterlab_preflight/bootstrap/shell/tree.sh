# What a link gives becomes a folder: complete in a place of its own first, then by one rename.

# obtain WORK OPTIONS…: makes WORK/tree. --url LINK; --within PATH: LINK is a repository's, PATH a
# branch and a folder; --from PATH on this machine; --name of the file; --as another one; --unpack
# yes|no|maybe (by name and first bytes); --strip COUNT; --inside FOLDER; --include EXPRESSION;
# --flat; --sha256 of the file; --tree-sha256; --secret NAME; --links; --without PATH.
obtain() {
  local work=$1 url='' from='' name='' unpack='maybe' strip=0 inside='' include='' flat=''
  local sum='' tree_sum='' secret='' links='' within='' as='' without=() path
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --flat) flat=yes ;;
      --links) links=yes ;;
      --url) url=$2 && shift ;;
      --from) from=$2 && shift ;;
      --within) within=$2 && shift ;;
      --name) name=$2 && shift ;;
      --as) as=$2 && shift ;;
      --unpack) unpack=$2 && shift ;;
      --strip) strip=$2 && shift ;;
      --inside) inside=$2 && shift ;;
      --include) include=$2 && shift ;;
      --sha256) sum=$2 && shift ;;
      --tree-sha256) tree_sum=$2 && shift ;;
      --secret) secret=$2 && shift ;;
      --without) without+=("$2") && shift ;;
    esac
    shift
  done
  mkdir "$work/tree"
  if [ -n "$from" ]; then
    copy "$from" "$work/tree" "$links"
  else
    if [ -n "$within" ]; then
      inside=$(fetch_branch "$url" "$within" "$work/file") || exit 1
    else
      fetch "$url" "$work/file" "$secret" || fail 'it could not be fetched; nothing was changed'
    fi
    name=${name:-$(name_of "$url" "$work/file")}
    if [ -n "$sum" ]; then check_sum "$sum" "$(sha256 <"$work/file")"; fi
    place "$work" "$name" "${as:-$name}" "$unpack" "$strip" "$links"
  fi
  if [ -n "$inside" ]; then
    if [ ! -d "$work/tree/$inside" ]; then fail "it has no folder $inside"; fi
    mv -- "$work/tree/$inside" "$work/inside"
    rm -rf -- "$work/tree"
    mv -- "$work/inside" "$work/tree"
  fi
  for path in ${without[@]+"${without[@]}"}; do
    rm -rf -- "${work:?}/tree/$path"
  done
  if [ -n "$include" ]; then keep_only "$work/tree" "$include"; fi
  if [ -n "$flat" ]; then flatten "$work/tree"; fi
  if [ -z "$(find "$work/tree" ! -type d)" ]; then fail 'it holds no files'; fi
  if [ -n "$tree_sum" ]; then check_sum "$tree_sum" "$(tree_sha256 "$work/tree")"; fi
}

# place WORK NAME AS UNPACK STRIP LINKS: the file that was fetched, as it is or unpacked.
place() {
  local kind unpack=$4
  kind=$(kind_of "$1/file")
  refuse_page "$1/file" "$2" "$kind"
  if [ "$unpack" = maybe ]; then
    unpack=no
    if says_archive "$2"; then
      case $kind in
        zip | tar) unpack=yes ;;
        *) say "  $2 is no archive that can be unpacked: kept as it is" ;;
      esac
    fi
  fi
  if [ "$unpack" = yes ]; then
    unpack "$1/file" "$kind" "$1/tree"
    tidy "$1/tree" "$6"
    strip_folders "$1/tree" "$5"
  else
    mv -- "$1/file" "$1/tree/$3"
  fi
}

# copy FROM TREE LINKS: a file or folder of this machine. With LINKS (a project) links are kept, and
# what belongs to the place is left there.
copy() {
  if [ -f "$1" ]; then
    cp -p -- "$1" "$2"
  elif [ ! -d "$1" ]; then
    fail "$1 is not on this machine"
  elif [ -n "$3" ]; then
    cp -RPp -- "$1/." "$2"
    find "$2" -type d \( -name .git -o -name .preflight -o -name .ipynb_checkpoints \
      -o -name __pycache__ \) -prune -exec rm -rf {} +
    tidy "$2" yes
  else
    cp -RLp -- "$1/." "$2"
  fi
}

# sha256: of standard input, in hexadecimal.
sha256() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# tree_sha256 TREE: of the sorted lines "sha256  path".
tree_sha256() {
  local path
  find "$1" -type f -print0 >"$1.files"
  while IFS= read -r -d '' path; do
    printf '%s  %s\n' "$(sha256 <"$path")" "${path#"$1/"}"
  done <"$1.files" | LC_ALL=C sort | sha256
}

# check_sum WANTED FOUND
check_sum() {
  if [ "$1" != "$2" ]; then fail "its SHA-256 is $2, not the one in the line"; fi
}

# there DEST: whether a folder with something in it stands there. Anything else is refused.
there() {
  if [ -d "$1" ]; then
    [ -n "$(ls -A -- "$1")" ]
  elif [ -e "$1" ] || [ -L "$1" ]; then
    fail "$1 is not a folder: move it away, or choose another one"
  else
    return 1
  fi
}

# workplace DEST: a new folder beside DEST, on the same disk. The caller's subshell removes it.
workplace() {
  local parent
  parent=$(dirname -- "$1")
  mkdir -p -- "$parent"
  mktemp -d "$parent/.preflight.XXXXXX"
}

# settle TREE DEST: the complete tree gets its name, where nothing or an empty folder stands.
settle() {
  if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2"; fi
  if [ -e "$2" ] || [ -L "$2" ]; then fail "$2 was made by someone else meanwhile"; fi
  chmod a-st,=rwx "$1"
  mv -- "$1" "$2"
}

# dataset DEST OPTIONS…: fetched once, never overwritten.
dataset() {
  if there "$1"; then
    say "  $1 is there: nothing done"
    return 0
  fi
  work=$(workplace "$1")
  trap 'rm -rf -- "$work"' EXIT
  obtain "$work" "${@:2}"
  settle "$work/tree" "$1"
}

# point TARGET PATH: a symbolic link, made where nothing, an empty folder or another link stands. It
# never nests in a folder and never replaces one that holds something.
point() {
  if [ ! -e "$(dirname -- "$2")/$1" ] && [[ $1 != /* || ! -e $1 ]]; then
    fail "there is nothing at $1"
  fi
  if [ -L "$2" ]; then
    if [ "$(readlink "$2")" = "$1" ]; then return 0; fi
    rm -- "$2"
  elif [ -d "$2" ]; then
    rmdir -- "$2" 2>/dev/null || fail "$2 is a folder that holds something: move it away"
  elif [ -e "$2" ]; then
    fail "$2 is there already: move it away"
  fi
  ln -s -- "$1" "$2"
}

# link TARGET PATH: TARGET is absolute, or relative to the folder of PATH.
link() {
  mkdir -p -- "$(dirname -- "$2")"
  point "$1" "$2"
}

# nearby ORIGIN DEST: DEST as a link to a folder of this machine, or as a folder with a link to a
# file of it.
nearby() {
  local origin name
  if [ -d "$1" ]; then
    mkdir -p -- "$(dirname -- "$2")"
    point "$(cd -- "$1" && pwd -P)" "$2"
  elif [ -f "$1" ]; then
    name=$(basename -- "$1")
    origin=$(cd -- "$(dirname -- "$1")" && pwd -P)
    mkdir -p -- "$2"
    point "$origin/$name" "$2/$name"
  else
    fail "$1 is not on this machine"
  fi
}
