#!/usr/bin/env python3
"""clang-tidy over src/, a file again only when it, a header of ours behind it or a setting has changed.

Usage: tools/tidy.py [--jobs N] BUILD_DIR [FILE ...]        (which clang-tidy: $CLANG_TIDY, .venv-check's, or the path's)

Nearly all of a file's time goes into reading LibTorch's headers. So files of one folder that share no name are read together, as
one; where that does not compile, each by itself.
"""
import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rules.layout import includes
from rules.together import together

ROOT = Path(__file__).resolve().parent.parent
FINDING = re.compile(r"^/\S+:\d+:\d+: (?:error|warning): ", re.MULTILINE)
TOGETHER = 12  # files, at most


@dataclass
class File:
    path: Path
    command: str
    state: str  # a digest of all that decides what clang-tidy says
    stamp: Path  # holds the state that passed


def clang_tidy() -> str:
    ours = ROOT / ".venv-check/bin/clang-tidy"
    return os.environ.get("CLANG_TIDY") or (str(ours) if ours.exists() else "clang-tidy")


def for_clang(command: str, omp: str) -> str:
    """GCC's command without what clang cannot read: its precompiled header (the header itself instead) and three of its
    warnings; and with the folder of its omp.h."""
    command = re.sub(r"-Winvalid-pch -include \S*cmake_pch\.hxx", f"-include {ROOT}/src/mdsm/precompiled.h", command)
    command = re.sub(r" -Wno-(array-bounds|stringop-overflow|restrict)\b", "", command)
    return re.sub(r" -o \S+ -c \S+$", f" -idirafter {omp}", command)


def reads(path: Path, seen: dict[Path, set[Path]]) -> set[Path]:
    """The file and the headers of ours that it includes, those behind them too."""
    if path in seen:
        return seen[path]
    seen[path] = found = {path}
    for _, _, name in includes(path):
        header = ROOT / "src" / name
        if name.startswith("mdsm/") and header.exists():
            found |= reads(header, seen)
    return found


def files_of(build: Path, settings: bytes) -> list[File]:
    omp = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True, check=True).stdout.strip()
    files, seen = [], {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = Path(entry["file"])
        if "/Unity/" in entry["file"]:
            sys.exit(f"{build}: it compiles files together (MDSM_UNITY), and has no commands of single ones")
        if path.suffix != ".cc" or not path.is_relative_to(ROOT / "src"):
            continue
        command = for_clang(entry["command"], omp)
        digest = hashlib.sha256(settings + command.encode())
        for read in sorted(reads(path, seen)):
            digest.update(read.read_bytes())
        name = str(path.relative_to(ROOT)).replace("/", "-") + ".ok"
        files.append(File(path, command, digest.hexdigest(), build / "tidy" / name))
    return sorted(files, key=lambda file: file.path)


def groups_of(files: list[File]) -> list[list[File]]:
    """Those of one folder and command, the names that each defines being its own."""
    alike, by_path = defaultdict(list), {file.path: file for file in files}
    for file in files:
        alike[file.path.parent, file.command].append(file.path)
    return [[by_path[path] for path in group] for paths in alike.values() for group in together(paths, TOGETHER)]


class Tidy:
    def __init__(self, build: Path, program: str):
        self.folder, self.program, self.said = build / "tidy", program, set()

    def check(self, group: list[File]) -> int:
        """Number of files in whose company something was found."""
        unit = self.folder / ("-".join(group[0].path.relative_to(ROOT / "src").parts) + f".{len(group)}.cc")
        unit.write_text("".join(f'#include "{file.path}"\n' for file in group))
        # GCC's std::stable_sort calls what GCC itself deprecates.
        done = subprocess.run([self.program, "--quiet", "--checks=-bugprone-suspicious-include",
                               "--extra-arg=-Wno-deprecated-declarations", str(unit), "--"] +
                              shlex.split(group[0].command)[1:], cwd=ROOT, capture_output=True, text=True)
        if done.returncode == 0:
            for file in group:
                file.stamp.write_text(file.state)
            return 0
        if len(group) > 1 and "[clang-diagnostic-" in done.stdout:  # together they do not compile
            return sum(self.check([file]) for file in group)
        self.say(done.stdout or f"{unit}: {done.stderr}")
        return len(group)

    def say(self, text: str) -> None:
        """Findings, each once: a header's come with every reader."""
        begins = [match.start() for match in FINDING.finditer(text)] or [0]
        for begin, end in zip(begins, begins[1:] + [None]):
            finding = text[begin:end].rstrip()
            if finding not in self.said:
                self.said.add(finding)
                print(finding, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("build", type=Path)
    parser.add_argument("files", nargs="*", type=Path, help="these only")
    options = parser.parse_args()
    build = options.build.resolve()
    (build / "tidy").mkdir(exist_ok=True)
    version = subprocess.run([clang_tidy(), "--version"], capture_output=True, check=True).stdout
    chosen = {file.resolve() for file in options.files}
    files = [file for file in files_of(build, version + (ROOT / ".clang-tidy").read_bytes()) if not chosen or file.path in chosen]
    work = [file for file in files if not file.stamp.exists() or file.stamp.read_text() != file.state]
    tidy = Tidy(build, clang_tidy())
    with ThreadPoolExecutor(options.jobs) as pool:
        failed = sum(pool.map(tidy.check, groups_of(work)))
    print(f"clang-tidy: {len(files)} files, {len(work)} of them looked at, findings in the company of {failed}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
