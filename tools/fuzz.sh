#!/usr/bin/env bash
# Every target of tests/fuzz for some seconds, from its corpus. Findings and the grown corpora lie in build/fuzz/found and
# build/fuzz/corpus. One line a target: executions, coverage (edges of the program), the corpus. Exit 1 if anything was found.
# Usage: tools/fuzz.sh SECONDS [TARGET ...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
program=build/fuzz/fuzz
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <("$program" || true)
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=0 OMP_NUM_THREADS=1
found=0
for target in "${targets[@]}"; do
  own=build/fuzz/corpus/$target
  mkdir -p "$own" build/fuzz/found
  log=build/fuzz/$target.log
  MDSM_FUZZ=$target "$program" "$own" "tests/fuzz/corpus/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3072 \
    -malloc_limit_mb=1024 -max_len=8192 -print_final_stats=1 -artifact_prefix="build/fuzz/found/$target-" >"$log" 2>&1 || found=1
  printf '%-16s %s\n' "$target" "$(tools/fuzz_summary.py "$log")"
done
exit $found
