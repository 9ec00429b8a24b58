#!/usr/bin/env bash
# Formatting, generated pages and clang-tidy. Usage: tools/check.sh BUILD_DIR
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
git ls-files '*.h' '*.cc' | xargs clang-format --dry-run --Werror
"$build/mdsm" --help-markdown | diff -u docs/cli.md - || { echo "check: docs/cli.md is old; run make docs" >&2; exit 1; }
# clang cannot read GCC's precompiled header: give it the header itself.
mkdir -p "$build/tidy"
sed -E "s#-Winvalid-pch -include [^ ]*cmake_pch.hxx#-include $PWD/src/mdsm/precompiled.h#g" "$build/compile_commands.json" \
  > "$build/tidy/compile_commands.json"
git ls-files 'src/*.cc' | xargs -P "$(nproc)" -n 4 clang-tidy -p "$build/tidy" --quiet
