#!/usr/bin/env bash
# Everything that is checked without running a test: the quick checks, generated pages, clang-tidy. Usage: tools/check.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
tools/setup_check.sh
tools/check_quick.sh
"$build/mdsm" --help-markdown | diff -u docs/cli.md - || { echo "check: docs/cli.md is old; run make docs" >&2; exit 1; }

# clang-tidy reads each file's own command: one of a build that compiles no files together.
plain=build/plain
cmake -S . -B "$plain" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMDSM_UNITY=OFF -DMDSM_TESTS=OFF -DMDSM_BENCH=OFF >/dev/null
ninja -C "$plain" "$PWD/$plain/generated/mdsm/run/tensorboard_event.pb.h" >/dev/null
tools/tidy.py "$plain"
