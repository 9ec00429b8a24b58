#!/usr/bin/env bash
# Builds the documentation's site into build/site. Installs MkDocs into .venv-site if it is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.venv-site/mdsm-packages.txt
if ! cmp -s tools/site-packages.txt "$stamp"; then
  python3 -m venv .venv-site
  .venv-site/bin/pip install --quiet --disable-pip-version-check -r tools/site-packages.txt
  cp tools/site-packages.txt "$stamp"
fi
.venv-site/bin/mkdocs build --strict   # not --quiet: it would not count warnings
echo "build/site/index.html"
