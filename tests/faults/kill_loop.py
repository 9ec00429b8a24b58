#!/usr/bin/env python3
"""Kills a training at random moments, and inside of its writes, and goes on with it: it ends in the bytes of the undisturbed one.

Usage: tests/faults/kill_loop.py [--times N] [--seed S] [--program BUILD/mdsm] [--shim BUILD/tests/libfault.so]
Half of the kills come after a random time, the other half in the middle of a random write, rename, link or fsync (fault.c).
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import training

STEPS = 12


def seconds_and_changes(program: Path, shim: Path, reference: Path) -> tuple[float, int]:
    """Of the undisturbed training, which this runs."""
    counted = reference.parent / "changes"
    begun = time.monotonic()
    done = training.call(training.command(program, reference, STEPS),
                         os.environ | {"LD_PRELOAD": str(shim), "MDSM_FAULT_COUNT": str(counted)})
    assert done.returncode == 0, done.stderr
    return time.monotonic() - begun, int(counted.read_text())


def killed_after(words: list[str], seconds: float) -> bool:
    process = subprocess.Popen(words, cwd=training.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        _, said = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), said.decode(errors="replace")
    return process.returncode != 0


def killed_at(words: list[str], shim: Path, change: int) -> bool:
    done = training.call(words, os.environ | {"LD_PRELOAD": str(shim), "MDSM_FAULT": f"kill:{change}"})
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="kills")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--program", type=Path, default=training.ROOT / "build/release/mdsm")
    parser.add_argument("--shim", type=Path, default=training.ROOT / "build/release/tests/libfault.so")
    options = parser.parse_args()
    program, shim, chance = options.program.resolve(), options.shim.resolve(), random.Random(options.seed)
    kills, runs, wrong = {"time": 0, "write": 0}, 0, []
    with tempfile.TemporaryDirectory() as folder:
        reference = Path(folder) / "reference"
        seconds, changes = seconds_and_changes(program, shim, reference)
        while sum(kills.values()) < options.times:
            run, runs = Path(folder) / f"run{runs}", runs + 1
            for attempt in range(4):  # then it may end
                words = training.command(program, run, STEPS)
                if chance.random() < 0.5:
                    kills["time"] += killed_after(words, chance.uniform(0.2, 1.1) * seconds)
                else:
                    kills["write"] += killed_at(words, shim, chance.randint(1, changes))
            done = training.call(training.command(program, run, STEPS))
            said = [done.stderr.strip()] if done.returncode != 0 else training.differences(run, reference)
            wrong += [f"run {runs}: {each}" for each in said]
    for line in wrong:
        print(line)
    print(f"{sum(kills.values())} kills ({kills['time']} by the clock, {kills['write']} inside of a change of a file) in "
          f"{runs} trainings of {STEPS} updates and {changes} changes; {len(wrong) or 'no'} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
