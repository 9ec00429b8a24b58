#!/usr/bin/env bash
# The checks that need no build and no network, in seconds: the rules of tools/check_quick.py, and clang-format.
# Usage: tools/check_quick.sh; as a hook: ln -s ../../tools/check_quick.sh .git/hooks/pre-commit
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
formatter=.venv-check/bin/clang-format
[ -x "$formatter" ] || formatter=clang-format
command -v "$formatter" >/dev/null || { echo "check: there is no clang-format. Run make setup-check." >&2; exit 1; }
failed=0
python3 -B tools/check_quick.py || failed=1
git ls-files -z '*.h' '*.cc' | xargs -0 -n 50 -P "$(nproc)" "$formatter" --dry-run --Werror || failed=1
exit "$failed"
