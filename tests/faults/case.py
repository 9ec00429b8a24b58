"""What the fault tests share: the programs under test, a reference training, and what must hold of every answer.

Usage of each test: NAME_test.py BUILD_DIR [-v] [CASE ...]
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import training

BUILD = Path(sys.argv.pop(1)).resolve()
PROGRAM, SHIM = BUILD / "mdsm", BUILD / "tests/libfault.so"
STEPS = 8
NOBODY = 65534


def shim(**settings: object) -> dict[str, str]:
    """The environment of a process in which fault.c does what `settings` say: FAULT="full:3" is MDSM_FAULT=full:3."""
    return os.environ | {"LD_PRELOAD": str(SHIM)} | {f"MDSM_{name}": str(value) for name, value in settings.items()}


class Case(unittest.TestCase):
    """Each class has a folder of its own with `reference`, a training of STEPS updates that nothing disturbed."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.reference = Path(cls.folder.name) / "reference"
        counted = Path(cls.folder.name) / "changes"
        done = training.call(cls.train_words(cls.reference), shim(FAULT_COUNT=counted))
        assert done.returncode == 0, done.stderr
        cls.changes = int(counted.read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def train_words(run: Path) -> list[str]:
        return training.command(PROGRAM, run, STEPS)

    def run_of(self, name: str) -> Path:
        """A place for a run; what was there is removed."""
        run = Path(self.folder.name) / name
        shutil.rmtree(run, ignore_errors=True)
        return run

    def copy_of_reference(self, name: str) -> Path:
        return Path(shutil.copytree(self.reference, self.run_of(name)))

    def mdsm(self, *words: object, env: dict[str, str] | None = None, **more) -> subprocess.CompletedProcess:
        return training.call([str(PROGRAM), *map(str, words)], env, **more)

    def said(self, done: subprocess.CompletedProcess, code: int, *parts: str) -> None:
        """This exit code, these parts on stderr, and no internal text."""
        self.assertEqual(done.returncode, code, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        for internal in ("a mistake of this program", "terminate called", "Exception raised", "Traceback"):
            self.assertNotIn(internal, done.stderr)

    def goes_on(self, run: Path) -> None:
        """To the bytes of the reference."""
        done = training.call(self.train_words(run))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(training.differences(run, self.reference), [])

    def nothing_half_written(self, folder: Path) -> None:
        self.assertEqual([path.name for path in folder.rglob("*") if ".tmp-" in path.name], [])

    def started(self, run: Path, **more) -> subprocess.Popen:
        """A long training in the background that has saved at least once."""
        process = subprocess.Popen(training.command(PROGRAM, run, 100000), cwd=training.ROOT, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, **more)
        for _ in range(600):
            if (run / "checkpoint-000002.safetensors").exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        self.assertIsNone(process.poll(), process.stderr.read() if process.poll() is not None else "")
        return process

    def folder_of_nobody(self, name: str) -> tuple[Path, dict]:
        """A folder that its owner may write, and how to start a process as that owner: permissions do not bind root."""
        folder = self.run_of(name)
        folder.mkdir()
        if os.geteuid() != 0:
            return folder, {}
        os.chmod(self.folder.name, 0o755)
        os.chown(folder, NOBODY, NOBODY)
        return folder, {"user": NOBODY, "group": NOBODY, "extra_groups": []}
