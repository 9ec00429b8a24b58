#!/usr/bin/env python3
"""Runs the commands of a page from top to bottom in a temporary folder; fails at the first block that fails.

Usage: page_test.py BUILD_DIR PAGE.md [FOLDER to keep what the page makes]

Blocks of `sh` are run by bash -e, each in a shell of its own. A comment <!-- file: NAME --> before a block of another language writes it to
that file. <!-- the test does this itself --> skips a block: it is what installs mdsm, which is done here into the temporary folder.
"""
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BLOCK = re.compile(r"(?:^<!-- (?P<note>[^\n]*) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
OUTPUT = "text"  # what is printed: shown, not run
INSTALLED = "the test does this itself"


def install(build: str, prefix: Path) -> dict[str, str]:
    """The environment of a reader who has installed mdsm."""
    subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    environment = os.environ | {"PATH": f"{prefix / 'bin'}:{os.environ['PATH']}", "CMAKE_PREFIX_PATH": str(prefix)}
    environment.pop("MDSM_DATA", None)
    return environment


def run_block(block: re.Match, folder: Path, environment: dict[str, str]) -> bool:
    language, note, text = block["language"], block["note"] or "", block["text"]
    if note.startswith("file: "):
        file = folder / note.removeprefix("file: ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return True
    if language == OUTPUT or note == INSTALLED:
        return True
    if language != "sh":
        print(f"a block of '{language}' says neither what file it is nor that it is output", flush=True)
        return False
    print(f"$ {text.strip()}", flush=True)
    begin = time.monotonic()
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment, stdin=subprocess.DEVNULL)
    print(f"[exit {done.returncode}, {time.monotonic() - begin:.1f} s]\n", flush=True)
    return done.returncode == 0


def main() -> None:
    path = Path(sys.argv[2])
    page = path.read_text()
    blocks = list(BLOCK.finditer(page))
    if len(blocks) != len(re.findall(r"^```\w", page, re.MULTILINE)) or not any(block["language"] == "sh" for block in blocks):
        sys.exit(f"{path}: some blocks are not understood")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[3] if len(sys.argv) > 3 else temporary) / "work"
        folder.mkdir(parents=True)
        environment = install(sys.argv[1], Path(temporary) / "prefix")
        for block in blocks:
            if not run_block(block, folder, environment):
                sys.exit(f"{path}:{page.count(chr(10), 0, block.start('text')) + 1}: this block fails")


if __name__ == "__main__":
    main()
