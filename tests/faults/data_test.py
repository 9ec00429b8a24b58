#!/usr/bin/env python3
"""What users see, and what is on disk, when data, options or weights are such that nothing can come of them.

Usage: data_test.py BUILD_DIR [-v] [CASE ...]
"""
import json
import math
import random
import struct
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import training
from case import Case

PIXELS = 64
OPTIONS = ["data.held_out=0", "data.pad_to=0", "train.batch=8", "train.steps=4", "train.warmup=0", "train.sample_every=0",
           "train.evaluate_every=0", "train.checkpoint_every=2", "train.log_every=1", "energy.width=4", "energy.depth=2"]


def pictures(count: int) -> list[float]:
    chance = random.Random(0)
    return [chance.random() for _ in range(count * PIXELS)]


class Data(Case):
    def train(self, values: list[float], *changes: str) -> tuple[subprocess.CompletedProcess, Path]:
        """Trains on pictures of 8 x 8 in a file."""
        data, run = Path(self.folder.name) / "data.npy", self.run_of("run")
        training.write_npy(data, (len(values) // PIXELS, 1, 8, 8), values)
        words = [word for change in [f"data.name={data}", *OPTIONS, *changes] for word in ("--set", change)]
        return self.mdsm("train", "experiments/mnist-quick.toml", "--threads", 1, "--out", run, *words), run

    def refused(self, done: subprocess.CompletedProcess, run: Path, *parts: str) -> None:
        """Before anything was made."""
        self.said(done, 2, *parts)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse(run.exists())

    def finishes(self, done: subprocess.CompletedProcess, run: Path, *parts: str) -> None:
        self.said(done, 0, *parts)
        self.assertTrue(all(math.isfinite(loss) for _, loss in training.losses(run)))
        out = self.run_of("samples")
        self.said(self.mdsm("sample", run, "-n", 2, "--steps", 2, "--out", out, "-q"), 0)

    # --- data

    def test_values_that_are_no_numbers(self):
        for value in (math.nan, math.inf, -math.inf):
            values = pictures(32)
            values[777] = value
            self.refused(*self.train(values), "data.npy", "not finite", "Remove them")

    def test_values_out_of_range(self):
        self.refused(*self.train([1e30 * value for value in pictures(32)]), "data.npy", "images lie in [0, 1]", "Rescale")

    def test_constant_data(self):
        self.finishes(*self.train([0.5] * (32 * PIXELS)))
        done = self.mdsm("data", "noise", Path(self.folder.name) / "data.npy", "-q")
        self.said(done, 2, "all 32 data are equal", "varies")

    def test_one_datum(self):
        self.refused(*self.train(pictures(1)), "a single training datum has no covariance", "set it to 0")
        self.finishes(*self.train(pictures(1), "train.moments_rank=0", "sample.sampler=langevin", "sample.start=uniform"))

    def test_no_data(self):
        self.refused(*self.train([]), "data.npy", "is empty", "at least one datum")

    def test_fewer_data_than_a_batch(self):
        self.finishes(*self.train(pictures(5)), "train.batch = 8 is more than the 5 training data")

    def test_fewer_data_than_are_held_out(self):
        self.refused(*self.train(pictures(5), "data.held_out=1000"), "1000 of 5 training data", "Lower data.held_out")

    # --- options

    def test_a_learning_rate_of_a_thousand(self):
        done, run = self.train(pictures(32), "train.learning_rate=1e3", "train.steps=60")
        self.said(done, 1, "training exploded", "for the third time. Lower train.learning_rate (now 1000)")
        self.nothing_half_written(run)
        self.assertTrue((run / "training-state.safetensors").exists())
        self.assertTrue(training.losses(run))
        words = [word for change in ("train.learning_rate=1e-3", "train.clip=1") for word in ("--set", change)]
        done = self.mdsm("train", run, "--resume", "-q", *words)
        self.said(done, 2, "begun with other values of train.learning_rate, train.clip", "start a new run")

    def test_noise_levels_that_are_none(self):
        for change, parts in (("noise.sigma_min=0", ["noise.sigma_min = 0 (expected above 0)"]),
                              ("noise.sigma_min=-1", ["noise.sigma_min = -1 (expected above 0)"]),
                              ("noise.sigma_min=nan", ["noise.sigma_min = nan"]),
                              ("noise.sigma_max=inf", ["noise.sigma_max = inf"]),
                              ("noise.sigma_min=1e9", ["Change noise.sigma_min or noise.sigma_max"])):
            with self.subTest(change):
                self.refused(*self.train(pictures(32), change), *parts)

    # --- weights

    def test_weights_that_are_no_numbers(self):
        run = self.copy_of_reference("poisoned")
        newest = sorted(run.glob("checkpoint-*"))[-1]
        whole = newest.read_bytes()
        length = struct.unpack("<Q", whole[:8])[0]
        tensors = {name: each for name, each in json.loads(whole[8:8 + length]).items() if name != "__metadata__"}
        name = next(name for name in tensors if not name.startswith("moments."))
        at = 8 + length + tensors[name]["data_offsets"][0]
        newest.write_bytes(whole[:at] + struct.pack("<f", math.nan) + whole[at + 4:])
        out = self.run_of("out")
        for words in (["sample", run, "-n", 2, "--steps", 2, "--out", out], ["score", run, "mnist/test", "-n", 2],
                      ["evaluate", run, "noise-levels", "-n", 16, "--out", out], ["report", run, "--out", f"{out}.html"],
                      ["train", "experiments/mnist-quick.toml", "--from", run, "--out", out]):
            with self.subTest(" ".join(map(str, words))):
                done = self.mdsm(*words, "-q")
                self.said(done, 1, newest.name, "1 of the ", f"weights '{name}' are not finite", "Take an earlier checkpoint")
                self.assertFalse(out.exists() or Path(f"{out}.html").exists())


if __name__ == "__main__":
    unittest.main()
