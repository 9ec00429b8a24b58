#!/usr/bin/env python3
"""A rank dies, hangs, runs out of memory, is told to stop or cannot write: how the job ends, and that the run goes on.

Usage: kill_a_rank.py BUILD_DIR [-v] [NAME ...]    Exit code 77 where nothing carries messages (no MPI, no Gloo).
"""
import os
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
import launch
import training

BUILD = Path(sys.argv.pop(1)).resolve()
PROGRAM, SHIM = BUILD / "mdsm", BUILD / "tests/libfault.so"
STEPS = 8
TIMEOUT = 4  # seconds that ranks wait for each other here
SOON = 90  # seconds in which a job ends after its fault, on a machine that does other work


class KillARank(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.place.name)
        os.environ["MDSM_CACHE"] = str(cls.folder / "cache")
        cls.reference = cls.folder / "reference"
        done = training.call(cls.words(cls.reference, STEPS))
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    @staticmethod
    def words(run: Path, steps: int) -> list[str]:
        return [*training.command(PROGRAM, run, steps), "--set", "train.micro_batch=4"]

    def each(self, name: str):
        for carrier in launch.carriers(PROGRAM):
            yield carrier, self.folder / f"{name}-{carrier}"

    def started(self, carrier: str, run: Path, **more) -> launch.Job:
        """A long training of two ranks that has saved at least once."""
        job = launch.Job(carrier, 2, self.words(run, 100000), **more)
        for _ in range(1200):
            if (run / "checkpoint-000002.safetensors").exists() or any(each.poll() is not None for each in job.processes):
                break
            time.sleep(0.1)
        if not (run / "checkpoint-000002.safetensors").exists():
            self.fail(f"{carrier}: {job.wait(0.1)}")
        return job

    def ended(self, job: launch.Job, code: int | None, *parts: str) -> str:
        """It ends soon, with this code and one message that has these parts."""
        begun = time.monotonic()
        found, _, err = job.wait(SOON)
        self.assertLess(time.monotonic() - begun, SOON, err)
        if code is None:
            self.assertNotIn(found, (0, 999), err)
        else:
            self.assertEqual(found, code, err)
        for part in parts:
            self.assertIn(part, err)
        self.assertLessEqual(err.count("mdsm: "), 1, err)
        self.assertNotIn("terminate called", err)
        return err

    def whole(self, run: Path) -> None:
        """Another number of ranks goes on from the last save, by itself, and comes to where an undisturbed run comes."""
        made = max(int(path.stem.rsplit("-", 1)[1]) for path in run.glob("checkpoint-*.safetensors"))
        steps = made + 2
        undisturbed = self.folder / f"undisturbed-{steps}"
        for place in (run, undisturbed):
            done = training.call([*self.words(place, 100000), "--stop-at", str(steps)])
            self.assertEqual(done.returncode, 0, done.stderr)
        for file in (f"checkpoint-{steps:06}.safetensors", "training-state.safetensors"):
            self.assertEqual((run / file).read_bytes(), (undisturbed / file).read_bytes(), file)

    def test_a_rank_that_is_killed(self):
        for rank in (1, 0):
            for carrier, run in self.each(f"killed{rank}"):
                job = self.started(carrier, run)
                os.kill(job.pid(rank), signal.SIGKILL)
                self.ended(job, None)
                self.whole(run)

    def test_a_rank_that_hangs_is_named(self):
        for carrier, run in self.each("hangs"):
            job = self.started(carrier, run, env={"MDSM_RANK_TIMEOUT": str(TIMEOUT)})
            stuck = job.pid(1)
            os.kill(stuck, signal.SIGSTOP)
            try:
                self.ended(job, 1, "rank 1 on ", f"within {TIMEOUT} s")
            finally:
                try:
                    os.kill(stuck, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.whole(run)

    def test_a_rank_that_is_told_to_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            for carrier, run in self.each(f"stopped{number}"):
                job = self.started(carrier, run)
                os.kill(job.pid(1), number)
                self.ended(job, 130, "saved. Go on with")
                self.assertEqual(list(run.rglob("*.tmp-*")), [])
                self.whole(run)

    def test_a_rank_without_memory(self):
        """Rank 1 may have 30 MiB less than a rank takes: it says so, and where the lack is found ends the job."""
        for carrier, run in self.each("memory"):
            job = self.started(carrier, run)
            status = Path(f"/proc/{job.pid(1)}/status").read_text()
            peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmPeak:")))
            os.kill(job.pid(1), signal.SIGTERM)
            self.ended(job, 130)
            limited = self.folder / "limited.sh"
            limited.write_text('#!/bin/sh\n[ "${OMPI_COMM_WORLD_RANK:-$RANK}" = 1 ] && ulimit -v "$LIMIT"\nexec "$@"\n')
            limited.chmod(0o755)
            job = launch.Job(carrier, 2, [limited, *self.words(run, STEPS)], by_rank={1: {"LIMIT": str(peak - 30 * 1024)}})
            self.ended(job, None, "rank 1 on ", "memory")
            self.whole(run)

    @unittest.skipUnless(SHIM.exists(), "no shim under a sanitizer")
    def test_a_full_disk_at_the_writer(self):
        for carrier, run in self.each("full"):
            job = launch.Job(carrier, 2, self.words(run, STEPS), by_rank={0: {"LD_PRELOAD": str(SHIM), "MDSM_FAULT": "full:40"}})
            self.ended(job, 1, "No space left on device")


if __name__ == "__main__":
    if not launch.carriers(PROGRAM):
        print("skipped: nothing carries messages (tools/apt-packages.txt: openmpi-bin, libopenmpi-dev, libgloo-dev)")
        sys.exit(77)
    unittest.main()
