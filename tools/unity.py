#!/usr/bin/env python3
"""Which of the files to compile as one (cmake/Unity.cmake): a line of paths a group. Usage: tools/unity.py FILE.cc ..."""
import sys
from collections import defaultdict
from pathlib import Path

from rules.together import together

ROOT = Path(__file__).resolve().parent.parent
TOGETHER = 8  # files, at most: a unit of more takes too long where several are compiled side by side


def main() -> None:
    rooms = defaultdict(list)
    for path in map(Path, sys.argv[1:]):
        rooms[path.relative_to(ROOT).parts[:3 if path.is_relative_to(ROOT / "src") else 2]].append(path)
    for paths in rooms.values():
        for group in together(paths, TOGETHER):
            if len(group) > 1:
                print(*group)


main()
