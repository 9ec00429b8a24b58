#!/usr/bin/env python3
"""Strong scaling of mdsm from one rank to two, each of one thread: trainings, sampling, evaluation, annealed importance sampling.

Usage: bench/scaling/scaling.py [--program build/release/mdsm] [--rounds 3] [--ranks 2] [--only NAME ...] [--json FILE]

Wants a quiet machine with a processor a rank. Rounds alternate between "alone" (no launcher), "1 rank" (mpirun -n 1) and "N ranks";
figures are medians over the rounds. Efficiency is time of 1 rank / (N x time of N ranks). A training's time is that of its
updates alone (images_per_s of metrics.jsonl without its first line); what else a command does at its beginning counts in full.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# name: (experiment, its batch, updates). The batch is shared; micro-batches are what a rank of the largest number has.
TRAININGS = {
    "U-Net": ("experiments/mnist-quick.toml", 64, 40),
    "ResNet, MNIST": ("experiments/paper/mnist.toml", 128, 10),
    "ResNet, CIFAR-10": ("experiments/paper/cifar10.toml", 128, 4),
}
WORK = {
    "sampling": ["sample", "RUN", "-n", "64", "--out", "OUT"],
    "evaluation (fid)": ["evaluate", "RUN", "fid", "--features", "digits", "-n", "128"],
    "AIS": ["evaluate", "RUN", "likelihood", "--chains", "32", "--temperatures", "40", "--pilot-chains", "4"],
}


def launched(program: Path, ranks: int, words: list[str]) -> list[str]:
    """0 ranks: without a launcher."""
    words = [str(program), *words, "--threads", "1", "-q"]
    return words if ranks == 0 else ["mpirun", "--allow-run-as-root", "--bind-to", "core", "-q", "-n", str(ranks), *words, "--distributed", "mpi"]


def run(words: list[str]) -> float:
    begun = time.monotonic()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{done.stderr}")
    return time.monotonic() - begun


def seconds_an_image(run_folder: Path) -> tuple[float, float]:
    """Seconds an image, and the part of the time that was spent on other ranks; medians over the lines but the first."""
    lines = [json.loads(line) for line in (run_folder / "metrics.jsonl").read_text().splitlines()]
    lines = [line for line in lines if "images_per_s" in line][1:]
    return (statistics.median(1 / line["images_per_s"] for line in lines),
            statistics.median(line.get("waiting", 0) for line in lines))


def train(options: argparse.Namespace, name: str, ranks: int, folder: Path) -> tuple[float, float]:
    experiment, batch, steps = TRAININGS[name]
    shutil.rmtree(folder, ignore_errors=True)
    settings = [f"train.steps={steps}", f"train.batch={batch}", "train.log_every=1", "train.evaluate_every=0", "train.sample_every=0",
                "train.moments_rank=0", f"train.checkpoint_every={steps}"]
    words = ["train", experiment, "--out", str(folder), *[word for each in settings for word in ("--set", each)]]
    run(launched(options.program, ranks, [*words, "--micro-batch", str(batch // options.ranks)]))
    return seconds_an_image(folder)


def report(rows: list[dict]) -> None:
    print("| what | efficiency | 1 rank against no launcher | spent on other ranks |\n|---|---|---|---|")
    for row in rows:
        waiting = "" if row["waiting"] is None else f"{100 * row['waiting']:.1f} %"
        print(f"| {row['what']} | {100 * row['efficiency']:.1f} % | {row['overhead']:.3f} | {waiting} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/mdsm")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="of these names")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.program = options.program.resolve()
    if not shutil.which("mpirun"):
        sys.exit("there is no mpirun (tools/apt-packages.txt)")
    cases, rows = (0, 1, options.ranks), []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["MDSM_CACHE"] = str(folder / "cache")
        model = folder / "model"
        for name in [*TRAININGS, *WORK]:
            if options.only and name not in options.only:
                continue
            times: dict[int, list[float]] = {case: [] for case in cases}
            waiting = []
            if name in WORK and not model.exists():
                run(launched(options.program, 0, ["train", TRAININGS["U-Net"][0], "--out", str(model), "--set", "train.steps=20",
                                                  "--set", "train.sample_every=0"]))
            for _ in range(options.rounds):
                for case in cases:
                    if name in TRAININGS:
                        seconds, waited = train(options, name, case, folder / "run")
                        waiting += [waited] * (case == options.ranks)
                    else:
                        words = [word.replace("RUN", str(model)).replace("OUT", str(folder / "samples.npy")) for word in WORK[name]]
                        seconds = run(launched(options.program, case, words))
                    times[case].append(seconds)
            middle = {case: statistics.median(values) for case, values in times.items()}
            rows.append({"what": name, "efficiency": middle[1] / (options.ranks * middle[options.ranks]),
                         "overhead": middle[1] / middle[0], "waiting": statistics.median(waiting) if waiting else None,
                         "seconds": {str(case): values for case, values in times.items()}})
            report(rows[-1:])
    print()
    report(rows)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
