#!/usr/bin/env python3
"""The tests that a run of ctest skipped for want of ../shared, as a regular expression for ctest -R. Usage: LastTest.log

Prints nothing if there are none.
"""
import re
import sys
from pathlib import Path

BEGIN = re.compile(r"^\d+/\d+ Test(?:ing)?: (\S+)$", re.MULTILINE)
WORDS = "needs shared data"  # tests/support/shared.h


def main() -> None:
    log = Path(sys.argv[1]).read_text(errors="replace")
    _, *parts = BEGIN.split(log)  # name, output, name, output ...
    names = {name for name, output in zip(parts[::2], parts[1::2]) if WORDS in output}
    if names:
        print("^(" + "|".join(re.escape(name) for name in sorted(names)) + ")$")


if __name__ == "__main__":
    main()
