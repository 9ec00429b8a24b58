#!/usr/bin/env python3
"""What users see, and what is on disk, when disks fill, folders turn read-only or vanish, and files are damaged.

Usage: disks_test.py BUILD_DIR [-v] [CASE ...]
"""
import json
import shutil
import struct
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import training
from case import PROGRAM, Case, shim


def rewrite_header(path: Path, change) -> None:
    """Changes the texts in the header of a safetensors file."""
    whole = path.read_bytes()
    length = struct.unpack("<Q", whole[:8])[0]
    header = json.loads(whole[8:8 + length])
    change(header["__metadata__"])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + whole[8 + length:])


def damages(path: Path, other: Path) -> dict[str, bytes]:
    """Truncated, zeroed, swapped with another file."""
    whole = path.read_bytes()
    return {"empty": b"", "truncated": whole[: len(whole) // 2], "header cut": whole[:3000], "zeroed": bytes(len(whole)),
            "longer": whole + b"x", "swapped": other.read_bytes()}


class Disks(Case):
    def sample(self, run: Path, out: Path, **more) -> subprocess.CompletedProcess:
        return self.mdsm("sample", run, "-n", 2, "--steps", 2, "--out", out, "-q", **more)

    # --- full disks

    def test_a_disk_that_fills_in_training(self):
        for at in range(1, self.changes, max(1, self.changes // 8)):
            run = self.run_of("full")
            done = training.call(self.train_words(run), shim(FAULT=f"full:{at}"))
            self.said(done, 1, "No space left on device", "Free some space")
            self.nothing_half_written(run)
            self.goes_on(run)

    def test_a_disk_that_fills_in_other_commands(self):
        out = self.run_of("out")
        for words in (["sample", self.reference, "-n", 4, "--steps", 2, "--out", out, "-q"],
                      ["sample", self.reference, "-n", 4, "--steps", 2, "--grid", f"{out}.png", "-q"],
                      ["report", self.reference, "--out", f"{out}.html", "-q"],
                      ["evaluate", self.reference, "noise-levels", "-n", 16, "--out", out, "-q"],
                      ["reproduce", "paper", "--out", out, "-q"]):
            with self.subTest(" ".join(map(str, words))):
                self.run_of("out")
                done = self.mdsm(*words, env=shim(FAULT="full:1"))
                self.said(done, 1, "No space left on device")
                left = [path for path in out.rglob("*") if path.is_file()] if out.is_dir() else [out] if out.exists() else []
                self.assertEqual(left, [])

    def test_a_disk_that_is_really_full(self):
        """A tmpfs that holds the first saves but not the last."""
        disk = self.run_of("disk")
        disk.mkdir()
        if subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", disk], capture_output=True).returncode != 0:
            self.skipTest("needs unshare and mount: root, or a user's namespaces")
        script = 'mount -t tmpfs -o size=2m none "$0" && "$@"; code=$?; find "$0" -type f -printf "%f %s\n"; exit $code'
        words = self.train_words(disk / "run")
        done = training.call(["unshare", "-m", "sh", "-c", script, str(disk), *words])
        self.said(done, 1, "No space left on device")
        files = dict(line.split() for line in done.stdout.splitlines() if line.count(" ") == 1)
        self.assertEqual([name for name in files if ".tmp-" in name], [])
        whole = (self.reference / "checkpoint-000002.safetensors").stat().st_size
        for name, size in files.items():
            if name.startswith("checkpoint-"):
                self.assertEqual(int(size), whole, name)
        self.assertIn("training-state.safetensors", files)

    # --- folders

    def test_a_folder_that_is_read_only(self):
        folder, nobody = self.folder_of_nobody("locked")
        folder.chmod(0o555)
        done = training.call(self.train_words(folder / "run"), **nobody)
        self.said(done, 2, "nothing can be written in", "locked", "Permission denied")
        run = Path(shutil.copytree(self.reference, folder / "copy"))
        run.chmod(0o555)
        self.said(training.call(self.train_words(run), **nobody), 2, "nothing can be written in", "Permission denied")
        self.said(self.sample(self.reference, folder / "out", **nobody), 2, "nothing can be written in", "Permission denied")
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["copy"])
        self.assertEqual(training.differences(run, self.reference), [])

    def test_a_folder_that_turns_read_only(self):
        folder, nobody = self.folder_of_nobody("turning")
        run = folder / "run"
        process = self.started(run, **nobody)
        run.chmod(0o555)
        _, said = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("Permission denied", said)
        self.assertIn("Allow writing to that folder", said)
        self.nothing_half_written(run)
        run.chmod(0o755)
        words = training.command(PROGRAM, run, 100000)
        made = max(int(path.stem.split("-")[1]) for path in run.glob("checkpoint-*"))
        done = training.call([*words, "--stop-at", str(made + 2)], **nobody)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_folder_that_vanishes(self):
        run = self.run_of("vanishing")
        process = self.started(run)
        while run.exists():
            shutil.rmtree(run, ignore_errors=True)
        _, said = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("vanishing: the run's directory is gone", said)
        self.assertFalse(run.exists())

    # --- damaged files

    def test_a_damaged_state_falls_back_to_the_one_before(self):
        state = self.reference / "training-state.safetensors"
        for name, damaged in damages(state, self.reference / "moments.safetensors").items():
            for words in (["train", "RUN", "--resume", "-q", "--threads", 1], None):
                with self.subTest(name):
                    run = self.copy_of_reference("damaged")
                    (run / state.name).write_bytes(damaged)
                    resume = words and [run if word == "RUN" else word for word in words]
                    done = self.mdsm(*resume) if resume else training.call(self.train_words(run))
                    self.said(done, 0, "Going on from the state before it", state.name)
                    self.assertEqual((run / "training-state-damaged.safetensors").read_bytes(), damaged)
                    (run / "training-state-damaged.safetensors").unlink()
                    self.assertEqual(training.differences(run, self.reference), [])

    def test_the_state_of_another_run_is_not_gone_on_with(self):
        other, run = self.run_of("other"), self.copy_of_reference("mixed")
        done = training.call([*self.train_words(other), "--set", "train.seed=5"])
        self.assertEqual(done.returncode, 0, done.stderr)
        shutil.copy(other / "training-state.safetensors", run)
        done = self.mdsm("train", run, "--resume", "-q", "--threads", 1)
        self.said(done, 0, "the state of another run (train.seed differs", "Going on from the state before it")
        (run / "training-state-damaged.safetensors").unlink()
        self.assertEqual(training.differences(run, self.reference), [])

    def test_a_lost_state_is_not_begun_anew_by_accident(self):
        run = self.copy_of_reference("lost")
        (run / "training-state.safetensors").unlink()
        done = training.call(self.train_words(run))
        self.said(done, 2, "there is a run already", "--resume")
        done = training.call([*self.train_words(run), "--resume"])
        self.said(done, 0, "is missing. Going on from the state before it")
        self.assertEqual(training.differences(run, self.reference), [])

    def test_a_damaged_checkpoint_falls_back_to_the_one_before(self):
        newest = sorted(self.reference.glob("checkpoint-*"))[-1]
        for name, damaged in damages(newest, self.reference / "training-state.safetensors").items():
            with self.subTest(name):
                run, out = self.copy_of_reference("damaged"), self.run_of("out")
                (run / newest.name).write_bytes(damaged)
                self.said(self.sample(run, out), 0, newest.name, "Using the checkpoint before it", "checkpoint-000006")
                self.assertTrue(any(out.iterdir()))
                done = self.mdsm("evaluate", run, "noise-levels", "-n", 16)
                self.said(done, 0, "Using the checkpoint before it")
                done = self.sample(run / newest.name, self.run_of("none"))
                self.said(done, 2, newest.name)
                self.assertFalse((Path(self.folder.name) / "none").exists())

    def test_files_of_a_newer_mdsm(self):
        run = self.copy_of_reference("newer")
        newest = sorted(run.glob("checkpoint-*"))[-1]
        rewrite_header(newest, lambda texts: texts.update(format="mdsm-checkpoint-2"))
        self.said(self.sample(run, self.run_of("out")), 2, newest.name, "written by a newer mdsm")
        shutil.copy(self.reference / newest.name, newest)
        rewrite_header(newest, lambda texts: texts.update(mdsm_version="9.0.0", experiment=texts["experiment"].replace(
            '"steps"', '"shiny"')))
        self.said(self.sample(run, self.run_of("out")), 2, "(written by mdsm 9.0.0; this is ", "shiny")
        state = run / "training-state.safetensors"
        rewrite_header(state, lambda texts: texts.update(format="mdsm-training-state-2"))
        before = state.read_bytes()
        self.said(self.mdsm("train", run, "--resume", "-q"), 2, "written by a newer mdsm")
        self.assertEqual(state.read_bytes(), before)
        self.assertFalse((Path(self.folder.name) / "out").exists())


if __name__ == "__main__":
    unittest.main()
