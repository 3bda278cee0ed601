#!/usr/bin/env bash
# Tests of the Python examples, and of both packages reading each other's caches. Ends with one line that counts them.
# Makes tests/python/.venv at the first run; after that it needs no network.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
  echo "$1" >&2
  echo 'python: 0 passed, 1 failed'
  exit 1
}

packages=(spiff-element-units==0.3.1 SpiffWorkflow==3.2.0)
venv=tests/python/.venv
installed="$venv/installed"

[ -x node_modules/.bin/node ] || fail 'node_modules is missing: run npm ci first'
for built in dist/index.js dist/stores/filesystem.js; do
  [ -f "$built" ] || fail "$built is missing: run npm run build first"
done
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail 'python3 is missing or older than 3.11'
if [ ! -f "$installed" ] || [ "$(cat "$installed")" != "${packages[*]}" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv" || fail 'python3 cannot make a virtual environment (python3-venv?)'
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}" || fail 'pip could not install the packages'
  echo "${packages[*]}" >"$installed"
fi
exec "$venv/bin/python" -B tests/python/run_tests.py
