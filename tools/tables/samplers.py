#!/usr/bin/env python3
"""Frechet distance against gradients a sample, for one run: the table of docs/samplers.md.

    tools/tables/samplers.py RUN [-n 10000] [--reference mnist/test] [--features digits] [--program build/release/mdsm]
                        [--row NAME ...] [--gradients 5 10 20 50 100] [--keep DIR] [--json FILE]

Rows are samplers with their settings, columns gradients. Each cell draws n samples with `mdsm sample --steps G --seed 0`
and measures them with `mdsm evaluate --images X.npy --reference R fid`; nothing else is in it. The seconds are of the
drawing. The markdown table goes to stdout; a cell that is in the --json file already is not drawn again.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DENOISING = {
    "ancestral": [],
    "ancestral, geometric": ["--schedule", "geometric"],
    "ancestral, eta 0.5": ["--eta", "0.5"],
    "ancestral, implied noise": ["--set", "sample.noise_source=implied"],
    "ancestral from the mean": ["--start", "mean"],
    "ancestral from 0.5": ["--start", "noise"],
    "deterministic": ["--sampler", "deterministic"],
    "heun": ["--sampler", "heun"],
    "adaptive": ["--sampler", "adaptive"],
}
OTHERS = {
    "langevin": ["--sampler", "langevin"],
    "mala": ["--sampler", "mala"],
    "hmc": ["--sampler", "hmc"],
}
ROWS = {**DENOISING, **OTHERS}


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def measure(o, flags, gradients, folder):
    """One cell: {"fid": ..., "seconds": ...}."""
    samples = pathlib.Path(folder) / "samples.npy"
    sampler = flags if "--sampler" in flags else ["--sampler", "ancestral", *flags]
    begin = time.monotonic()
    run([o.program, "sample", o.run, "-n", o.n, "--seed", 0, "--steps", gradients, "-o", samples, "-q", *sampler])
    seconds = time.monotonic() - begin
    found = json.loads(run([o.program, "evaluate", "--images", samples, "--reference", o.reference, "fid",
                            "--features", o.features, "--json"]))
    return {"fid": found["frechet_inception_distance"], "seconds": seconds}


def markdown(o, cells):
    lines = ["| sampler | " + " | ".join(map(str, o.gradients)) + " |", "|---" * (len(o.gradients) + 1) + "|"]
    for row in o.row:
        values = [cells.get(f"{row} @ {gradients}") for gradients in o.gradients]
        lines.append(f"| {row} | " + " | ".join("" if v is None else f"{v['fid']:.1f}" for v in values) + " |")
    return "\n".join(lines)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("run")
    p.add_argument("-n", type=int, default=10000)
    p.add_argument("--reference", default="mnist/test")
    p.add_argument("--features", default="digits")
    p.add_argument("--program", default=ROOT / "build/release/mdsm")
    p.add_argument("--row", nargs="+", choices=ROWS, default=list(ROWS))
    p.add_argument("--gradients", nargs="+", type=int, default=[5, 10, 20, 50, 100])
    p.add_argument("--keep", help="folder for the last samples; a temporary one otherwise")
    p.add_argument("--json", type=pathlib.Path, help="results so far, read and extended")
    o = p.parse_args()
    cells = json.loads(o.json.read_text()) if o.json and o.json.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        for row in o.row:
            for gradients in o.gradients:
                name = f"{row} @ {gradients}"
                if row == "hmc" and gradients < 22:  # two transitions of 10, the start and the jump
                    continue
                if name in cells:
                    continue
                cells[name] = measure(o, ROWS[row], gradients, o.keep or scratch)
                print(f"{name}: {cells[name]['fid']:.1f}, {cells[name]['seconds']:.0f} s", file=sys.stderr)
                if o.json:
                    o.json.write_text(json.dumps(cells, indent=1))
    print(markdown(o, cells))


if __name__ == "__main__":
    main()
