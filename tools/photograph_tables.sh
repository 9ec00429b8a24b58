#!/usr/bin/env bash
# Denoising of grey photographs beside total variation and BM3D: writes a page of tables and a picture. BM3D, Pillow and
# scikit-image are installed from PyPI into .venv-photographs.
#
#     tools/photograph_tables.sh PROGRAM RUN BSDS500 PAGE [options of tools/tables/photographs.py]
set -euo pipefail
if [ $# -lt 4 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.venv-photographs
if ! cmp -s "$root/tools/python-packages-photographs.txt" "$venv/installed.txt"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/tools/python-packages-photographs.txt"
  cp "$root/tools/python-packages-photographs.txt" "$venv/installed.txt"
fi
exec "$venv/bin/python" "$root/tools/tables/photographs.py" "$@"
