#!/usr/bin/env bash
# The environment of the peers: PyTorch with its Python, and what the comparison scripts import. 5 GB in .venv-peers.
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.venv-peers/mdsm-packages.txt
cmp -s tests/peers/requirements.txt "$stamp" && exit 0
python3 -m venv .venv-peers
.venv-peers/bin/pip install --quiet --disable-pip-version-check -r tests/peers/requirements.txt
cp tests/peers/requirements.txt "$stamp"
