#!/usr/bin/env python3
"""clang-tidy over src/, a file again only when it, a header of ours behind it or a setting has changed.

Usage: tools/tidy.py [--jobs N] BUILD_DIR [FILE ...]        (which clang-tidy: $CLANG_TIDY, .venv-check's, or the path's)
"""
import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rules.layout import includes

ROOT = Path(__file__).resolve().parent.parent
FINDING = re.compile(r"^/\S+:\d+:\d+: (?:error|warning): ", re.MULTILINE)


def clang_tidy() -> str:
    ours = ROOT / ".venv-check/bin/clang-tidy"
    return os.environ.get("CLANG_TIDY") or (str(ours) if ours.exists() else "clang-tidy")


def for_clang(command: str) -> str:
    """GCC's command without what clang cannot read: its precompiled header (the header itself instead), two of its
    warnings; and with the folder of its omp.h."""
    command = re.sub(r"-Winvalid-pch -include \S*cmake_pch\.hxx", f"-include {ROOT}/src/mdsm/precompiled.h", command)
    omp = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True, check=True).stdout.strip()
    return re.sub(r" -Wno-(array-bounds|stringop-overflow|restrict)\b", "", command) + f" -idirafter {omp}"


def commands(build: Path) -> dict[str, str]:
    """The command of every source file; leaves them where clang-tidy looks for them."""
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = for_clang(entry["command"])
    (build / "tidy").mkdir(exist_ok=True)
    (build / "tidy/compile_commands.json").write_text(json.dumps(entries, indent=1))
    return {entry["file"]: entry["command"] for entry in entries}


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


def state(path: Path, command: str, settings: bytes, seen: dict[Path, set[Path]]) -> str:
    digest = hashlib.sha256(settings + command.encode())
    for file in sorted(reads(path, seen)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*", type=Path, help="these only")
    options = parser.parse_args()
    build = options.build.resolve()
    program = clang_tidy()
    version = subprocess.run([program, "--version"], capture_output=True, check=True).stdout
    settings = version + (ROOT / ".clang-tidy").read_bytes()
    chosen = {str(file.resolve()) for file in options.files}
    work, seen = [], {}
    for file, command in sorted(commands(build).items()):
        path = Path(file)
        if path.suffix != ".cc" or not path.is_relative_to(ROOT / "src") or chosen and file not in chosen:
            continue
        stamp = build / "tidy" / (str(path.relative_to(ROOT)).replace("/", "-") + ".ok")
        now = state(path, command, settings, seen)
        if not stamp.exists() or stamp.read_text() != now:
            work.append((path, stamp, now))
    said = set()

    def check(item: tuple[Path, Path, str]) -> bool:
        path, stamp, now = item
        done = subprocess.run([program, "-p", str(build / "tidy"), "--quiet", str(path)], capture_output=True, text=True)
        if done.returncode == 0:
            stamp.write_text(now)
            return True
        begins = [match.start() for match in FINDING.finditer(done.stdout)] or [0]
        for begin, end in zip(begins, begins[1:] + [None]):  # a header's findings come with each of its readers: once
            finding = done.stdout[begin:end].rstrip() or f"{path}: {done.stderr.strip()}"
            if finding not in said:
                said.add(finding)
                print(finding, flush=True)
        return False

    with ThreadPoolExecutor(options.jobs) as pool:
        failed = list(pool.map(check, work)).count(False)
    print(f"clang-tidy: {len(work)} files looked at, {failed or 'none'} with findings", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
