#!/usr/bin/env bash
# Builds the Python package beside .venv-python, which has the full PyTorch wheel (5 GB), and runs its tests.
#     tools/test_python.sh [--wheel] [arguments of pytest]
# The package is put together from build/release, so that only its extension is compiled anew. --wheel: as a user installs
# it, by pip in a build of its own (build/python, as long as a fresh build of the library).
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv-python/bin/python
stamp=.venv-python/mdsm-packages.txt
if ! cmp -s tools/python-test-packages.txt "$stamp"; then
  echo "test-python: installing PyTorch and what the tests use into .venv-python (5 GB)" >&2
  python3 -m venv .venv-python
  $python -m pip install --quiet --disable-pip-version-check -r tools/python-test-packages.txt
  cp tools/python-test-packages.txt "$stamp"
fi
if [ "${1:-}" = --wheel ]; then
  shift
  MDSM_UNITY=ON $python -m pip install --disable-pip-version-check --no-build-isolation --no-deps --force-reinstall .
else
  cmake --preset release -DMDSM_PYTHON=ON -DPython_EXECUTABLE="$PWD/$python" > /dev/null
  cmake --build --preset release --target mdsm_python mdsm_program
  package=build/release/python/package/mdsm
  rm -rf "$package"
  mkdir -p "$package/bin"
  ln -s "$PWD"/python/mdsm/* "$package"
  ln -s "$PWD/build/release/python/_core.abi3.so" "$package"
  ln -s "$PWD/build/release/mdsm" "$package/bin/mdsm"
  export PYTHONPATH=$PWD/build/release/python/package
fi
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}
exec $python -m pytest python/tests "$@"
