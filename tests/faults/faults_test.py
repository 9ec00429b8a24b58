#!/usr/bin/env python3
"""What users see, and what is on disk, when disks fill, locks are held and signals come.

Usage: faults_test.py BUILD_DIR [-v] [NAME ...]
"""
import os
import resource
import shutil
import signal
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


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.reference = Path(cls.folder.name) / "reference"
        counted = Path(cls.folder.name) / "changes"
        done = training.call(cls.train_words(cls.reference), os.environ | {"LD_PRELOAD": str(SHIM), "MDSM_FAULT_COUNT": str(counted)})
        assert done.returncode == 0, done.stderr
        cls.changes = int(counted.read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def train_words(run: Path) -> list[str]:
        return training.command(PROGRAM, run, STEPS)

    def run_of(self, name: str) -> Path:
        run = Path(self.folder.name) / name
        shutil.rmtree(run, ignore_errors=True)
        return run

    def mdsm(self, *words: object, env: dict[str, str] | None = None, **more) -> subprocess.CompletedProcess:
        return training.call([str(PROGRAM), *map(str, words)], env, **more)

    def said(self, done: subprocess.CompletedProcess, code: int, *parts: str) -> None:
        """One line on stderr that has these parts, and no internal text."""
        self.assertEqual(done.returncode, code, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertNotIn("unexpected", done.stderr)
        self.assertNotIn("terminate called", done.stderr)

    def goes_on(self, run: Path) -> None:
        done = training.call(self.train_words(run))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(training.differences(run, self.reference), [])

    def started(self, run: Path, **more) -> subprocess.Popen:
        """A long training in the background that has saved at least once."""
        words = training.command(PROGRAM, run, 100000)
        process = subprocess.Popen(words, cwd=training.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        for _ in range(600):
            if (run / "checkpoint-000002.safetensors").exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        self.assertIsNone(process.poll(), process.stderr.read() if process.poll() is not None else "")
        return process

    # --- disks

    def test_a_disk_that_fills_in_training(self):
        for at in range(1, self.changes, max(1, self.changes // 8)):
            run = self.run_of("full")
            done = training.call(self.train_words(run), os.environ | {"LD_PRELOAD": str(SHIM), "MDSM_FAULT": f"full:{at}"})
            self.said(done, 1, "No space left on device", "Free some space")
            self.goes_on(run)

    def test_a_disk_that_fills_in_other_commands(self):
        out = self.run_of("out")
        for words in (["sample", self.reference, "-n", 4, "--steps", 2, "--out", out, "-q"],
                      ["sample", self.reference, "-n", 4, "--steps", 2, "--grid", f"{out}.png", "-q"],
                      ["report", self.reference, "--out", f"{out}.html", "-q"],
                      ["evaluate", self.reference, "noise-levels", "-n", 16, "--out", out, "-q"]):
            with self.subTest(" ".join(map(str, words))):
                self.run_of("out")
                done = self.mdsm(*words, env=os.environ | {"LD_PRELOAD": str(SHIM), "MDSM_FAULT": "full:1"})
                self.said(done, 1, "No space left on device")
                left = [path for path in out.rglob("*") if path.is_file()] if out.is_dir() else [out] if out.exists() else []
                self.assertEqual(left, [])

    def test_a_directory_that_vanishes(self):
        run = self.run_of("vanishing")
        process = self.started(run)
        shutil.rmtree(run, ignore_errors=True)
        shutil.rmtree(run, ignore_errors=True)
        _, said = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 2 if "Make the folder" in said else 1, said)
        self.assertIn("vanishing", said)

    def test_a_damaged_state_falls_back_to_the_one_before(self):
        whole = (self.reference / "training-state.safetensors").read_bytes()
        for damaged in (b"", whole[: len(whole) // 2], bytes(len(whole)), b"{}"):
            run = self.run_of("damaged")
            shutil.copytree(self.reference, run)
            (run / "training-state.safetensors").write_bytes(damaged)
            done = self.mdsm("train", run, "--resume", "-q", "--threads", 1)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("Going on from the state before it", done.stderr)
            self.assertEqual([each for each in training.differences(run, self.reference) if "damaged" not in each], [])

    # --- two at once, signals

    def test_two_trainings_in_one_directory(self):
        run = self.run_of("two")
        process = self.started(run)
        done = training.call(training.command(PROGRAM, run, 100000))
        self.said(done, 2, f"is being trained by process {process.pid} on ")
        process.kill()
        process.communicate()
        done = training.call([*training.command(PROGRAM, run, 100000), "--stop-at", "4"])
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_request_to_stop_saves(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                run = self.run_of("stopped")
                process = self.started(run)
                process.send_signal(number)
                _, said = process.communicate(timeout=300)
                self.assertEqual(process.returncode, 130, said)
                self.assertIn("saved. Go on with", said)
                self.assertEqual(list(run.rglob("*.tmp-*")), [])

    def test_a_second_request_leaves_at_once(self):
        process = self.started(self.run_of("twice"))
        process.send_signal(signal.SIGSTOP)  # so that the first is not answered before the second comes
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)

    def test_output_that_nobody_reads(self):
        process = subprocess.Popen([PROGRAM, "data", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        said = process.stderr.read().decode()
        self.assertIn(process.wait(60), (0, 1, -signal.SIGPIPE), said)
        self.assertNotIn("unexpected", said)
        with open("/dev/full", "w") as full:
            done = subprocess.run([PROGRAM, "data", "list"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("standard output", done.stderr)

    # --- limits of the process

    def test_few_file_descriptors(self):
        done = self.mdsm("sample", self.reference, "-n", 4, "--steps", 2, "--out", self.run_of("few"), "-q",
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16)))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_limit_of_cpu_time(self):
        process = self.started(self.run_of("cpu"), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 40)))
        _, said = process.communicate(timeout=600)
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("saved. Go on with", said)

    def test_languages(self):
        for language in ("de_DE.UTF-8", "tr_TR.UTF-8", "xx_YY"):
            done = self.mdsm("score", self.reference, "mnist/test", "-n", 2, "--json", "-q", env=os.environ | {"LC_ALL": language, "LANG": language})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotRegex(done.stdout, r"\d,\d{2,}[^\d]")

    def test_more_threads_than_processors(self):
        run = self.run_of("threads")
        begun = time.monotonic()
        words = [word if word != "1" else "1024" for word in self.train_words(run)]
        done = training.call(words, os.environ | {"OMP_NUM_THREADS": "1024"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLess(time.monotonic() - begun, 300)


if __name__ == "__main__":
    unittest.main()
