#!/usr/bin/env bash
# The browser tests, with a browser: the one that is named, the one that is here, or Debian's.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${PREFLIGHT_CHROMIUM:-}" ]; then
  PREFLIGHT_CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
fi
if [ -z "$PREFLIGHT_CHROMIUM" ] && command -v apt-get >/dev/null; then
  root=""
  [ "$(id -u)" = 0 ] || root="sudo -n"
  echo "Installing chromium for the browser tests"
  $root apt-get update -q && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium fonts-dejavu-core
  PREFLIGHT_CHROMIUM=$(command -v chromium)
fi
if [ -z "$PREFLIGHT_CHROMIUM" ]; then
  echo "No browser found. Install Chromium and name it: PREFLIGHT_CHROMIUM=/path/to/chromium make test" >&2
  exit 1
fi
venv=${PREFLIGHT_VENV:-$PWD/.venv}
export PREFLIGHT_CHROMIUM PREFLIGHT_PYTHON=$venv/bin/python PATH=$venv/bin:$PATH
exec npx playwright test -c ui-tests/playwright.config.js "$@"
