#!/usr/bin/env bash
# The main tale in older JupyterLabs: each in an environment of its own, with the same front end.
set -euo pipefail
cd "$(dirname "$0")/.."

for version in 4.4 4.5; do
  venv=$PWD/.venv-lab/$version
  if [ ! -e "$venv/.installed" ]; then
    echo "Installing JupyterLab $version"
    "${PYTHON:-python3}" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check ".[test]" "jupyterlab~=$version.0"
    touch "$venv/.installed"
  fi
  echo "JupyterLab $("$venv/bin/jupyter-lab" --version)"
  PREFLIGHT_VENV=$venv bash ui-tests/run.sh journey
done
