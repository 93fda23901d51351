# Secrets come from the environment. They are never printed, and never an argument of a command.

# secret NAME: its value.
secret() {
  if [ -z "${!1:-}" ]; then fail "the secret $1 is not in the environment"; fi
  if [[ ${!1} == *[[:cntrl:]]* ]]; then fail "the secret $1 holds a line break"; fi
  printf '%s' "${!1}"
}

# authorization NAME [USER]: the header for it. user:password goes as Basic (RFC 7617), a token as
# Bearer (RFC 6750), or as the password of USER.
authorization() {
  local value
  value=$(secret "$1") || exit 1
  if [[ $value != *:* && -n ${2:-} ]]; then value="$2:$value"; fi
  case $value in
    *:*) printf 'Authorization: Basic %s' "$(printf '%s' "$value" | base64 | tr -d '\n')" ;;
    *) printf 'Authorization: Bearer %s' "$value" ;;
  esac
}

# set_secret LINE OPTIONAL NAME SECRET: the variable NAME for the steps that follow.
set_secret() {
  local value
  if value=$(secret "$4"); then
    export "$3=$value"
  else
    say "Line $1: $3 is not set"
    ended "$1" "$2"
  fi
}
