#!/usr/bin/env python3
"""The checks on a card, in a folder that tools/gpu_check.sh packed. Usage: run.py FOLDER OUT TORCH (by run.sh)

Every step has a limit of its own; one that fails does not stop the next. The exit code is 1 if any failed.
"""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

FOLDER, OUT, TORCH = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
MODEL = FOLDER / "models/mnist.safetensors"
results = {"steps": {}}
log = open(OUT / "log.txt", "w")


def tell(text: str) -> None:
    print(text, flush=True)
    log.write(text + "\n")
    log.flush()


def run(name: str, command: list, limit: float, **environment: str) -> bool:
    """Runs a step and notes how it ended."""
    tell(f"== {name}: {' '.join(map(str, command))}")
    start = time.monotonic()
    try:
        done = subprocess.run(list(map(str, command)), env={**os.environ, **environment}, timeout=limit, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output, code = str(late.stdout or ""), "timeout"
    except OSError as missing:
        output, code = str(missing), "not started"
    log.write(output + "\n")
    seconds = round(time.monotonic() - start, 2)
    tail = output.strip().split("\n")[-12:]
    results["steps"][name] = {"code": code, "seconds": seconds, "tail": tail}
    tell(f"{name}: {'passes' if code == 0 else f'FAILED ({code})'} in {seconds} s")
    if code != 0:
        tell("\n".join(tail))
    return code == 0


def note(name: str, holds: bool, **figures: float) -> None:
    results["steps"][name] = {"code": 0 if holds else 1, **figures}
    tell(f"{name}: {'holds' if holds else 'FAILED'} {figures}")


def tests(room: str, which: str, limit: float) -> None:
    # check_op looks at CUDA where LibTorch's library for it is loaded.
    run(f"{room}_tests {which}", [FOLDER / f"bin/{room}_tests", f"--gtest_filter={which}", "--gtest_brief=1"], limit,
        LD_PRELOAD=str(TORCH / "lib/libtorch_cuda.so"))


def sample(name: str, count: int, *options: str, **environment: str):
    """Samples of the shipped energy; None where that failed."""
    file = OUT / f"{name}.npy"
    command = [FOLDER / "bin/mdsm", "sample", MODEL, "-n", count, "--out", file, "--set", f"sample.batch={count}", *options]
    return np.load(file) if run(f"sample {name}", command, 120, **environment) else None


def compare(name: str, a, b, limit: float) -> None:
    if a is None or b is None:
        note(name, False)
        return
    error = float(np.abs(a - b).max() / np.abs(b).max())
    note(name, error <= limit, relative_error=error, limit=limit)


def main() -> int:
    run("card", ["nvidia-smi", "--query-gpu=name,driver_version,memory.total,clocks.sm", "--format=csv"], 30)
    tests("system", "Cuda*", 60)
    tests("engine", "Nvrtc*:Cuda*:PhiOnHost*", 120)
    tests("energy", "Cuda*:CardEnergy*", 120)
    tests("engine", "-Slow*:Nvrtc*", 180)
    exact = ["--precision", "fp32", "--sampler", "deterministic", "--steps", "20"]
    host = sample("host", 16, *exact, "--device", "cpu")
    card = sample("card", 16, *exact, "--device", "cuda")
    compare("the card's samples are the host's in float32", card, host, 1e-3)
    compare("the same bytes again", sample("again", 16, *exact, "--device", "cuda"), card, 0)
    compare("the same bytes without graphs", sample("launched", 16, *exact, "--device", "cuda", MDSM_CUDA_GRAPHS="off"), card, 0)
    for count in (64, 1024):
        for kind, device in (("host", "cpu"), ("card", "cuda")):
            sample(f"{count} by {kind} in its own precision", count, "--device", device)
    sample("1024 by card, launched", 1024, "--device", "cuda", MDSM_CUDA_GRAPHS="off")
    (OUT / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    failed = [name for name, step in results["steps"].items() if step["code"] != 0]
    tell(f"gpu-check: {len(results['steps']) - len(failed)} hold, {len(failed)} failed: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
