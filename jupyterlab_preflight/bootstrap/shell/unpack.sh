# From an archive to a tree that holds plain files and folders, each inside of it.

# unpack FILE KIND TREE
unpack() {
  case $2 in
    zip) unpack_zip "$1" "$3" ;;
    tar) unpack_tar "$1" "$3" ;;
    *) fail 'it is not an archive that this script can unpack' ;;
  esac || fail 'the archive is damaged, or not one that this machine can unpack'
}

# unpack_zip FILE TREE. A Dropbox folder comes with a member named /, which unzip cannot make: it
# extracts all the rest and ends with 2. Left out, 0 and 1 (a warning) are all that counts as good.
unpack_zip() {
  local names code=0
  if have unzip; then
    names=$(unzip -Z1 "$1" 2>/dev/null) || return 1
    refuse_names "$names"
    if grep -qx / <<<"$names"; then set -- "$1" "$2" -x /; fi
    LC_ALL=$(utf8) unzip -q "$1" "${@:3}" -d "$2" </dev/null >&2 || code=$?
    [ "$code" -le 1 ]
  elif have bsdtar; then
    bsdtar -x -f "$1" -C "$2" --no-same-owner --no-same-permissions
  elif have python3; then
    unzip_by_python "$1" "$2"
  else
    fail 'unzip, bsdtar or python3 is needed'
  fi
}

unpack_tar() {
  local names
  names=$(tar -tf "$1") || return 1
  refuse_names "$names"
  tar -x -f "$1" -C "$2" --no-same-owner --no-same-permissions
}

# refuse_names NAMES: members that would leave the tree.
refuse_names() {
  if grep -qE '^/.|(^|/)\.\.(/|$)' <<<"$1"; then
    fail 'the archive holds a path that leaves its folder: nothing of it was used'
  fi
}

# utf8: a locale in which unzip keeps names as they are.
utf8() {
  locale -a 2>/dev/null | grep -iE '\.utf-?8$' | LC_ALL=C sort |
    awk 'NR == 1 { found = $0 } END { print found ? found : "C" }'
}

unzip_by_python() {
  python3 - "$@" >&2 <<'PYTHON'
import os, stat, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for member in archive.infolist():
        name, mode = member.filename, member.external_attr >> 16
        if name == "/":
            continue
        if name.startswith("/") or ".." in name.split("/") or stat.S_ISLNK(mode):
            sys.exit("  the archive holds a link, or a path that leaves its folder")
        path = archive.extract(member, sys.argv[2])
        if mode & 0o111 and not member.is_dir():
            os.chmod(path, os.stat(path).st_mode | 0o111)
PYTHON
}

# tidy TREE LINKS: refuses what is neither file nor folder, and removes what systems leave behind.
# With LINKS, symbolic links stay where they lead nowhere outside. Of modes only who may execute is
# the archive's business, the rest is the umask's.
tidy() {
  local odd top link
  find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \;
  find "$1" -type d -exec chmod a-st,=rwx {} +
  find "$1" -type f \( -perm -100 -o -perm -10 -o -perm -1 \) -exec chmod a-st,=rwx {} + \
    -o -type f -exec chmod a-st,=rw {} +
  rm -rf -- "$1/__MACOSX"
  find "$1" -type f \( -name .DS_Store -o -name Thumbs.db -o -name desktop.ini \) -exec rm -f {} +
  odd=$(find "$1" \( ! -type f ! -type d ! -type l \) -o \( -type f -links +1 \) -o -iname .git)
  if [ -n "$odd" ]; then fail "the archive holds what none should: ${odd#"$1/"}"; fi
  top=$(cd "$1" && pwd -P)
  find "$1" -type l -print0 >"$1.links"
  while IFS= read -r -d '' link; do
    if [ -z "$2" ]; then fail "the archive holds a symbolic link: ${link#"$1/"}"; fi
    if [[ $(readlink "$link") == /* || $(readlink -f "$link") != "$top"/* ]]; then
      fail "the archive holds a link that leads out of it: ${link#"$1/"}"
    fi
  done <"$1.links"
}

# strip_folders TREE COUNT: drops COUNT leading folders, and the files above that depth.
strip_folders() {
  local left=$2 folder count
  count=$(find "$1" -mindepth "$((left + 1))" ! -type d -print0 | tr -dc '\000' | wc -c)
  while [ "$left" -gt 0 ]; do
    mkdir "$1.below"
    find "$1" -mindepth 1 -maxdepth 1 -type d -print0 >"$1.folders"
    while IFS= read -r -d '' folder; do
      if [ -z "$(ls -A "$1.below")" ]; then
        rmdir "$1.below"
        mv -- "$folder" "$1.below"
      else
        cp -RPp -- "$folder/." "$1.below"
      fi
    done <"$1.folders"
    rm -rf -- "$1"
    mv -- "$1.below" "$1"
    left=$((left - 1))
  done
  if [ "$(find "$1" ! -type d -print0 | tr -dc '\000' | wc -c)" -ne "$count" ]; then
    fail 'two of its files have the same path'
  fi
}

# keep_only TREE EXPRESSION: the files whose path matches, and their folders.
keep_only() {
  local path
  find "$1" ! -type d -print0 >"$1.files"
  while IFS= read -r -d '' path; do
    [[ ${path#"$1/"} =~ $2 ]] || printf '%s\0' "$path"
  done <"$1.files" | xargs -0 rm -f --
  find "$1" -mindepth 1 -depth -type d -empty -delete
}

# flatten TREE: all files directly in it.
flatten() {
  mkdir "$1.flat"
  find "$1" ! -type d -exec sh -c 'to=$1; shift; exec mv -n -- "$@" "$to"' sh "$1.flat" {} +
  if [ -n "$(find "$1" ! -type d)" ]; then fail 'two of its files have the same name'; fi
  rm -rf -- "$1"
  mv -- "$1.flat" "$1"
}
