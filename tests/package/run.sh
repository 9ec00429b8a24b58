#!/usr/bin/env bash
# Installs the build to a prefix of its own, builds the ten-line project consumer/ against it with find_package(mdsm), trains
# two updates with the installed program and samples that checkpoint with the consumer. Usage: run.sh BUILD_DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$1" --prefix "$work/prefix" > "$work/install.log"
cd "$work"   # nothing may be found by accident in the source tree
unset MDSM_DATA
# The checkout may go, with the LibTorch in its .venv: what libmdsm loads of it is installed.
torch=$(ldd "$work/prefix/bin/mdsm" "$work"/prefix/lib*/libmdsm.so | grep -E 'libtorch|libc10|libgomp|libcudart|libcupti')
if grep -v "=> $work/prefix/" <<< "$torch"; then echo "LibTorch is loaded from outside the prefix" >&2; exit 1; fi
grep -q libtorch_cpu <<< "$torch"
"$work/prefix/bin/mdsm" train "$work/prefix/share/mdsm/experiments/mnist-quick.toml" --quiet --out "$work/run" \
  --set train.steps=2 --set train.batch=8 --set energy.width=4 --set train.sample_every=0 --set train.evaluate_every=0
cmake -S "$here/consumer" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Debug > "$work/configure.log"
cmake --build "$work/build" > "$work/build.log"
"$work/build/consumer" "$work/run" | tee "$work/out.txt"
grep -q '^\[4, 1, 32, 32\] mean ' "$work/out.txt"
