#!/usr/bin/env bash
# The formatter and the linter of tools/check-packages.txt in .venv-check: of one version everywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.venv-check/mdsm-packages.txt
cmp -s tools/check-packages.txt "$stamp" && exit 0
python3 -m venv .venv-check
.venv-check/bin/pip install --quiet --disable-pip-version-check -r tools/check-packages.txt
cp tools/check-packages.txt "$stamp"
