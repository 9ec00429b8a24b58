#!/usr/bin/env python3
"""The rules of the house that need no build, in seconds. Usage: tools/check_quick.py [REPOSITORY]

Every finding is a line "file:line: what is wrong"; the exit code is 1 if there is any.
"""
import sys
from pathlib import Path

from rules import layout, sizes, texts

RULES = [
    ("rooms", layout.room_order),
    ("headers", layout.installed_headers),
    ("types", layout.types_once),
    ("flags", texts.no_flags),
    ("comments", texts.comment_commands),
    ("strings", texts.string_pieces),
    ("json", texts.json_texts),
    ("files", sizes.file_sizes),
    ("functions", sizes.function_sizes),
]


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    found = 0
    for name, rule in RULES:
        wrong = rule(root)
        found += len(wrong)
        for line in wrong:
            print(f"{line} [{name}]")
    print(f"check: {len(RULES)} rules, {found or 'nothing'} found", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
