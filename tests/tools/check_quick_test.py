#!/usr/bin/env python3
"""tools/check_quick.py sees each rule broken: a small tree that keeps them all, then one fault planted at a time.

Usage: check_quick_test.py [-v]
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().parents[2] / "tools/check_quick.py"
TREE = {
    "HACKING.md": "| room | what |\n|---|---|\n| `base/` | x |\n| `data/` | x |\n| `cli/` | x |\n",
    "src/mdsm/base/error.h": "#pragma once\n#include <fmt/format.h>\n#include <string>\n/// \\param a  what\n/// \\return it\nint f(int a);\n",
    "src/mdsm/base/error.cc": '#include "mdsm/base/error.h"\nnamespace mdsm {\nint f(int a) { return a; }\n}\n',
    "src/mdsm/data/source.h": '#pragma once\n#include <ATen/ATen.h>\n#include "mdsm/base/error.h"\n',
    "src/mdsm/data/source.cc": '#include <png.h>\n#include "mdsm/data/source.h"\n// takes --steps\nconst char* kText = "steps -- or\\n" "--";\n',
    "src/mdsm/cli/main.cc": '#include "mdsm/data/source.h"\nconst char* kHelp = "--steps N";\n',
    "src/mdsm/cli/command.h": "#pragma once\n#include <CLI/CLI.hpp>\n",
}
LONG_TEXT = '    "' + "word " * 20 + '"\n'


def function_of(lines: int, head: str = "int f(int a) {") -> str:
    return head + "\n" + "  a += 1;\n" * (lines - 2) + "}\n"


class CheckQuick(unittest.TestCase):
    def check(self, planted: dict[str, str]) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (TREE | planted).items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            done = subprocess.run([sys.executable, "-B", CHECK, folder], capture_output=True, text=True)
            return done.returncode, done.stdout

    def caught(self, name: str, text: str, *said: str, planted: dict[str, str] | None = None) -> None:
        code, out = self.check((planted or {}) | {name: TREE.get(name, "") + text})
        self.assertEqual(code, 1, f"{name} was let through")
        self.assertEqual(len(out.splitlines()), 1, out)
        for part in (name, *said):
            self.assertIn(part, out)

    def passes(self, name: str, text: str) -> None:
        self.assertEqual(self.check({name: TREE.get(name, "") + text}), (0, ""))

    def test_the_tree_itself_passes(self):
        self.assertEqual(self.check({}), (0, ""))

    def test_an_arrow_against_the_order(self):
        self.caught("src/mdsm/base/error.cc", '#include "mdsm/data/source.h"\n', "base/ includes data/")
        self.caught("tests/base/error_test.cc", '#include "mdsm/data/source.h"\n', "base/ includes data/")

    def test_a_room_without_a_row_and_a_row_without_a_room(self):
        code, out = self.check({"src/mdsm/attic/x.h": "#pragma once\n"})
        self.assertIn("no row for src/mdsm/attic/", out)
        code, out = self.check({"HACKING.md": TREE["HACKING.md"] + "| `attic/` | x |\n"})
        self.assertIn("a row for attic/", out)

    def test_an_include_that_leads_nowhere(self):
        self.caught("src/mdsm/data/source.cc", '#include "mdsm/base/gone.h"\n', "there is no mdsm/base/gone.h")

    def test_a_third_party_in_an_installed_header(self):
        for include in ("<nlohmann/json.hpp>", "<png.h>", "<sys/stat.h>", '"source.h"', '"mdsm/data/x.pb.h"', '"mdsm/data/x-inl.h"'):
            planted = {"src/mdsm/data/x-inl.h": "#include <hwy/highway.h>\n"} if "inl" in include else {}
            self.caught("src/mdsm/data/source.h", f"#include {include}\n", include[1:-1], planted=planted)

    def test_a_type_defined_in_two_headers(self):
        two = {"src/mdsm/base/a.h": "#pragma once\nnamespace mdsm {\nstruct Range {\n  int a;\n};\n}  // namespace mdsm\n"}
        self.caught("src/mdsm/data/b.h", "#pragma once\nnamespace mdsm {\nenum class Range { a };\n}  // namespace mdsm\n", "base/a.h", planted=two)
        self.assertEqual(self.check(two | {"src/mdsm/data/b.h": "namespace mdsm::data {\nstruct Range {};\n}  // namespace mdsm::data\n"}), (0, ""))
        self.assertEqual(self.check(two | {"src/mdsm/data/b.h": "namespace mdsm {\nstruct Range;\n}  // namespace mdsm\n"}), (0, ""))

    def test_json_read_or_written_strictly(self):
        for line in ("auto a = nlohmann::json::parse(text);\n", "auto a = Json::parse(text, nullptr, false);\n", "auto a = json.dump(2);\n"):
            self.caught("src/mdsm/data/source.cc", line, "without formats/json_text.h")
        self.passes("src/mdsm/data/source.cc", "auto a = parse_json<Json>(text);\nauto b = dump_json(a);\n")

    def test_a_flag_in_a_text_of_the_library(self):
        self.caught("src/mdsm/data/source.cc", 'const char* kMore = "lower --n";\n', "--n")
        self.caught("src/mdsm/data/source.cc", 'const char* kMore = R"(\n(--steps))";\n', "source.cc:5", "--steps")
        self.passes("src/mdsm/data/source.cc", 'const char* kStyle = "<a style=\\"--width: 4px\\">";\n')

    def test_commands_in_the_middle_of_a_comment(self):
        for command in ("param", "return", "throws"):
            self.caught("src/mdsm/base/error.h", f"/// Adds. \\{command} x\n", "error.h:7")

    def test_one_word_pieces_of_strings(self):
        for pieces in (LONG_TEXT + '    "of"\n', '    "of "\n' + LONG_TEXT, LONG_TEXT + '    "of "\n' + LONG_TEXT, '"a" "b"'):
            self.caught("src/mdsm/base/error.cc", f"const char* kText =\n{pieces};\n", "[strings]")
        self.passes("src/mdsm/base/error.cc", f'const char* kText =\n{LONG_TEXT}    "{"w" * 20}";\n')  # does not fit
        self.passes("src/mdsm/base/error.cc", 'const char* kText =\n    "one\\n"\n    "two";\n')
        self.passes("src/mdsm/base/error.cc", 'const char* kText = "\\x1f" "a";\n')

    def test_long_files(self):
        self.caught("src/mdsm/data/long.cc", "\n" * 301, "301 lines")
        self.passes("src/mdsm/data/long.cc", "\n" * 300)

    def test_a_median_of_sixty_lines(self):
        code, out = self.check({f"src/mdsm/data/x{i}.cc": "\n" * 60 for i in range(20)})
        self.assertEqual((code, out.count("\n")), (1, 1))
        self.assertIn("the median file has 60 lines", out)

    def test_a_large_cli(self):
        code, out = self.check({f"src/mdsm/cli/x{i}.cc": "\n" * (300 if i < 8 else 0) for i in range(20)})
        self.assertEqual((code, out.count("\n")), (1, 1))
        self.assertIn("src/mdsm/cli: 2404 lines", out)

    def test_long_functions(self):
        heads = ("int g(int a) {", "TEST(A, B) {", "A::A(int a)\n    : a_(a), b_{a} {", "template <class T>\nauto g(T a) -> int {",
                 "namespace x {\nstruct B : C<int> {\n  int g(int a = f({1})) const override {")
        for head in heads:
            tail = "};\n}\n" if "struct" in head else ""
            extra = head.count("\n") if "struct" not in head else 0
            self.caught("src/mdsm/data/x.cc", function_of(61 - extra, head) + tail, "a function of 61 lines")
            self.passes("src/mdsm/data/x.cc", function_of(60 - extra, head) + tail)
        self.passes("src/mdsm/data/x.cc", "const int kTable[] = {\n" + "  1,\n" * 80 + "};\n")


if __name__ == "__main__":
    unittest.main()
