#!/usr/bin/env python3
"""Several ranks do what one does, to the byte: trainings, samples, scores, evaluations, restorations.

Usage: ranks_test.py BUILD_DIR [-v] [NAME ...]    Exit code 77 where nothing carries messages (no MPI, no Gloo).
"""
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
import launch
import training

BUILD = Path(sys.argv.pop(1)).resolve()
PROGRAM = BUILD / "mdsm"
STEPS = 6


class Ranks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.place.name)
        os.environ["MDSM_CACHE"] = str(cls.folder / "cache")  # one set of convolution methods for all
        cls.reference = cls.folder / "reference"
        done = training.call(cls.train_words(cls.reference))
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    @staticmethod
    def train_words(run: Path, *more: str) -> list[str]:
        return [*training.command(PROGRAM, run, STEPS), "--set", "train.micro_batch=2", "--set", "sample.steps=3", *more]

    def each(self):
        for carrier in launch.carriers(PROGRAM):
            for size in (2, 4) if carrier == "mpi" else (2,):
                yield carrier, size

    def ends(self, carrier: str, size: int, words: list[str], code: int = 0, **more) -> tuple[str, str]:
        found, out, err = launch.run(carrier, size, words, **more)
        self.assertEqual(found, code, err)
        return out, err

    def test_train(self):
        for carrier, size in self.each():
            run = self.folder / f"run-{carrier}-{size}"
            out, err = self.ends(carrier, size, self.train_words(run))
            self.assertEqual(training.differences(run, self.reference), [], err)
            self.assertEqual(out, f"{run}\n")
            self.assertIn('"waiting"', (run / "metrics.jsonl").read_text())

    def test_resume_on_another_number(self):
        for carrier, size in self.each():
            run = self.folder / f"parts-{carrier}-{size}"
            self.ends(carrier, size, self.train_words(run, "--stop-at", "2"))
            done = training.call(self.train_words(run, "--stop-at", "4"))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.ends(carrier, 2 if size == 4 else 4, [PROGRAM, "train", run, "--resume", "-q", "--threads", "1"])
            self.assertEqual(training.differences(run, self.reference), [])

    def same_files(self, name: str, words: list[object]):
        """The command writes the same files, and says the same, with ranks as alone. OUT in its words is where to."""
        def told(out: Path) -> list[str]:
            return [str(PROGRAM), *(str(word).replace("OUT", str(out)) for word in words), "-q", "--threads", "1"]

        def bytes_of(out: Path) -> dict[str, bytes]:
            files = [path for path in out.rglob("*") if path.is_file()]
            return {str(path.relative_to(out)): path.read_bytes() for path in files}

        alone = self.folder / f"{name}-alone"
        alone.mkdir()
        done = training.call(told(alone))
        self.assertEqual(done.returncode, 0, done.stderr)
        for carrier, size in self.each():
            out = self.folder / f"{name}-{carrier}-{size}"
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            said, _ = self.ends(carrier, size, told(out))
            self.assertEqual(said.replace(str(out), str(alone)), done.stdout)
            found, expected = bytes_of(out), bytes_of(alone)
            self.assertEqual(sorted(found), sorted(expected))
            for file in expected:
                self.assertEqual(found[file], expected[file], file)

    def test_sample(self):
        self.same_files("sample", ["sample", self.reference, "-n", 7, "--steps", 4, "--out", "OUT/pictures", "--grid", "OUT/g.png", "--trace", "OUT/t.csv"])

    def test_sample_hmc(self):
        self.same_files("hmc", ["sample", self.reference, "-n", 5, "--sampler", "hmc", "--steps", 22, "--out", "OUT/x.npy"])

    def test_score(self):
        self.same_files("score", ["score", self.reference, "mnist/test", "-n", 33, "--batch", 8, "--out", "OUT/s.csv"])

    def test_denoise(self):
        self.same_files("denoise", ["denoise", self.reference, "mnist/test", "-n", 5, "--add-noise", 0.2, "--out", "OUT/d", "--json"])

    def test_restore(self):
        self.same_files("restore", ["restore", self.reference, "mnist/test", "-n", 5, "--task", "inpaint", "--set", "restore.steps=4", "--samples", 2, "--out", "OUT/r.npy", "--json"])

    def test_fid(self):
        self.same_files("fid", ["evaluate", self.reference, "fid", "--features", "digits", "-n", 70, "--steps", 3, "--json"])

    def test_ood(self):
        self.same_files("ood", ["evaluate", self.reference, "ood", "--against", "noise", "-n", 40, "--json"])

    def test_noise_levels(self):
        self.same_files("noise", ["evaluate", self.reference, "noise-levels", "-n", 12, "--json"])

    def test_likelihood(self):
        # The Gaussian of low rank rounds a chain by how many are with it: to rounding alone, then.
        self.same_files("likelihood", ["evaluate", self.reference, "likelihood", "--chains", 6, "--temperatures", 6, "--leapfrogs", 2, "--pilot-chains", 3, "--reference-shape", "diagonal", "--json"])

    def test_what_one_process_does_alone(self):
        for carrier, size in self.each():
            _, err = self.ends(carrier, size, [PROGRAM, "data", "list"], code=2)
            self.assertIn("mdsm data runs as one process", err)
            self.assertEqual(err.count("mdsm: "), 1, err)

    def test_a_wrong_request_is_said_once(self):
        for carrier, size in self.each():
            for words in (["sample", self.reference, "--sampler", "langevn"], ["sample", self.folder / "nowhere"], ["sample", "--nn", "3"]):
                _, err = self.ends(carrier, size, [PROGRAM, *words], code=2)
                self.assertEqual(err.count("mdsm: "), 1, err)


if __name__ == "__main__":
    if not launch.carriers(PROGRAM):
        print("skipped: nothing carries messages (tools/apt-packages.txt: openmpi-bin, libopenmpi-dev, libgloo-dev)")
        sys.exit(77)
    unittest.main()
