#!/usr/bin/env python3
"""tools/tests_that_need_data.py finds what lacked ../shared, and nothing else, in a log of ctest."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2] / "tools/tests_that_need_data.py"
SKIPPED = "[ RUN      ] {0}\nload_test.cc:86: Skipped\n{1}\n[  SKIPPED ] {0} (0 ms)\n"
NEEDS = 'needs shared data, which are not here: "/x/../shared/data/squeezenet"'


def entry(number: int, name: str, output: str) -> str:
    return f"{number}/3 Testing: {name}\n{number}/3 Test: {name}\nCommand: \"x\"\nOutput:\n----\n{output}<end of output>\n----\n\n"


class TestsThatNeedData(unittest.TestCase):
    def found(self, *entries: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
            log.write("Start testing: Nov 27\n----\n" + "".join(entries) + "End testing: Nov 27\n")
            log.flush()
            return subprocess.run([sys.executable, PROGRAM, log.name], capture_output=True, text=True, check=True).stdout

    def test_names_them_for_ctest(self):
        peer = entry(2, "Png.Peer", SKIPPED.format("Png.Peer", "no python"))
        log = [entry(1, "Idx.Reads/0", SKIPPED.format("Idx.Reads/0", NEEDS)), peer, entry(3, "A.B", SKIPPED.format("A.B", NEEDS))]
        self.assertEqual(self.found(*log), "^(A\\.B|Idx\\.Reads/0)$\n")

    def test_nothing_where_nothing_was_skipped_for_that(self):
        self.assertEqual(self.found(entry(1, "A.B", "[       OK ] A.B\n")), "")


if __name__ == "__main__":
    unittest.main()
