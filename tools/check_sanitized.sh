#!/usr/bin/env bash
# The rooms that read files and strangers' bytes, under the address and the undefined-behaviour sanitizer at once: a few minutes
# from nothing. The whole suite: make test PRESET=asan. Usage: tools/check_sanitized.sh [ROOM ...]
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- base system parallel formats config data
rooms=$(IFS=';'; echo "$*")
build=build/sanitized
cmake --preset asan -B "$build" -DMDSM_ROOMS="$rooms" >/dev/null
cmake --build "$build" --parallel "$(nproc)"
export ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 GOMP_SPINCOUNT=1000
for room in "$@"; do
  "$build/tests/${room}_tests" --gtest_filter=-Slow*:*/Slow* --gtest_brief=1
  echo "sanitized: $room passes"
done
