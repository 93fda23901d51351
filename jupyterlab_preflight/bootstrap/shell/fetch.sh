# One file over the network: whole, under a name of ours, and looked at before it is believed.

# fetch URL FILE SECRET: the answer to FILE, its headers to FILE.headers. curl gets a secret by a
# pipe and keeps it from other hosts.
fetch() {
  local protocols='=https' config=''
  if [[ $1 == http://* ]]; then protocols='=http,https'; fi
  if have curl; then
    if [ -n "$3" ]; then config=$(authorized "$3") || return 1; fi
    printf '%s\n' "$config" | curl --config - --fail --silent --show-error --location \
      --proto "$protocols" --proto-redir "$protocols" --max-redirs 10 --connect-timeout 20 \
      --speed-limit 1 --speed-time 60 --user-agent preflight-script \
      --dump-header "$2.headers" --output "$2" -- "$1"
  elif [ -n "$3" ]; then
    fail 'a secret is sent by curl only: wget would hand it on to other hosts'
  elif have wget; then
    wget --quiet --server-response --tries=1 --timeout=60 --max-redirect=10 \
      --user-agent=preflight-script --output-document="$2" -- "$1" 2>"$2.headers"
  else
    fail 'curl or wget is needed'
  fi
}

# fetch_branch REPOSITORY PATH FILE: the archive of a branch to FILE. PATH is a branch and a folder in
# it, and a branch may hold slashes: which part is the branch is told by which archive is there.
fetch_branch() {
  local branch='' folder=$2
  while [ -n "$folder" ]; do
    branch="${branch:+$branch/}${folder%%/*}"
    if [[ $folder == */* ]]; then folder=${folder#*/}; else folder=''; fi
    if fetch "$1/archive/$branch.zip" "$3" ''; then
      printf '%s' "$folder"
      return 0
    fi
  done
  fail 'it could not be fetched; nothing was changed'
}

# authorized SECRET: the header as a line of curl's configuration.
authorized() {
  local header
  header=$(authorization "$1") || exit 1
  header=${header//\\/\\\\}
  printf 'header = "%s"' "${header//\"/\\\"}"
}

# disposition FILE: what the last of its answers says in Content-Disposition.
disposition() {
  tr -d '\r' <"$1.headers" | awk '
    /^ *HTTP\// { value = "" }
    tolower($1) == "content-disposition:" { value = $0; sub(/^[^:]*: */, "", value) }
    END { print value }'
}

# name_of URL FILE: what the file is called: as the answer says (RFC 6266), else as the link does.
name_of() {
  local said name
  said=$(disposition "$2")
  case $said in
    *'filename*='*) name=${said#*filename\*=} name=${name%%;*} name=$(decoded "${name#*\'*\'}") ;;
    *'filename="'*) name=${said#*filename=\"} name=${name%%\"*} ;;
    *filename=*) name=${said#*filename=} name=${name%%;*} ;;
    *) name=${1%%[?#]*} name=$(decoded "${name##*/}") ;;
  esac
  name=${name##*[/\\]}
  name=$(printf '%s' "$name" | tr -d '[:cntrl:]' | sed 's/[:*?"<>|]/_/g; s/^[. ]*//; s/[. ]*$//')
  printf '%s' "${name:-download}"
}

# decoded TEXT: with its percent signs resolved (RFC 3986 §2.1).
decoded() {
  local text=${1//\\/_}
  printf '%b' "${text//%/\\x}"
}

# kind_of FILE: what its first bytes say: zip, tar (also compressed), page, empty or other.
kind_of() {
  local start
  start=$(dd if="$1" bs=6 count=1 2>/dev/null | od -An -tx1 | tr -d ' \n')
  case $start in
    '') echo empty ;;
    504b0304* | 504b0506*) echo zip ;;
    1f8b08* | 425a68* | fd377a585a00 | 28b52ffd*) echo tar ;;
    *)
      if [ "$(dd if="$1" bs=1 skip=257 count=5 2>/dev/null | tr -d '\000')" = ustar ]; then
        echo tar
        return
      fi
      start=$(dd if="$1" bs=512 count=1 2>/dev/null | tr -d '\000[:space:]')
      case $(printf '%s' "$start" | tr '[:upper:]' '[:lower:]') in
        '<!doctypehtml'* | '<html'* | '<head'* | '<body'* | '<script'*) echo page ;;
        *) echo other ;;
      esac
      ;;
  esac
}

# says_archive NAME: whether a name promises an archive.
says_archive() {
  case $(printf '%s' "$1" | tr '[:upper:]' '[:lower:]') in
    *.zip | *.tar | *.tgz | *.tbz | *.tbz2 | *.txz | *.tzst) return 0 ;;
    *.tar.gz | *.tar.bz2 | *.tar.xz | *.tar.zst) return 0 ;;
  esac
  return 1
}

# refuse_page FILE NAME KIND: a web page is not taken for the file that was asked for.
refuse_page() {
  if [ "$3" = empty ] && says_archive "$2"; then fail 'nothing came'; fi
  if [ "$3" != page ]; then return 0; fi
  case $2 in *.html | *.htm | *.xhtml) return 0 ;; esac
  case $(disposition "$1") in [Aa]ttachment*) return 0 ;; esac
  fail 'a web page came instead of the file: open the link in a browser to see what it says'
}
