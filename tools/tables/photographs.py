#!/usr/bin/env python3
"""Denoising of grey photographs: ours, blind, beside total variation and BM3D, which are told the noise.

    tools/photograph_tables.sh PROGRAM RUN BSDS500 PAGE [-n 100] [--sigma 15 25 50] [--keep DIR]

The photographs are those of BSDS500/val, spread evenly over it, grey by Pillow's rule. Noise is Gaussian in float, not clipped; photograph i
has that of seed i. Every method gets the same arrays. PSNR is of pixels clamped to [0, 1], a mean over photographs.
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import tarfile
import tempfile
import time
from multiprocessing import Pool

import bm3d
import numpy as np
from PIL import Image
from skimage.restoration import denoise_tv_chambolle

TV_WEIGHTS = [0.02, 0.04, 0.06, 0.09, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4]
LEVELS = [5, 10, 15, 25, 35, 50, 75]
CROP = 160  # pixels a side of the pictures


def photographs(place: pathlib.Path, n: int) -> list[np.ndarray]:
    """From bsds500.tar, in the folder or itself."""
    archive = place / "bsds500.tar" if place.is_dir() else place
    if not archive.exists():
        raise SystemExit(f"photographs: there is no {archive}.")
    with tarfile.open(archive) as files:
        names = sorted(name for name in files.getnames() if "/val/" in f"/{name}" and name.endswith(".jpg"))
        n = min(n, len(names))
        chosen = [names[(2 * i + 1) * len(names) // (2 * n)] for i in range(n)]
        return [np.asarray(Image.open(files.extractfile(name)).convert("L"), np.float32) / 255 for name in chosen]


def with_noise(truth: list[np.ndarray], sigma: float) -> list[np.ndarray]:
    return [(x + sigma / 255 * np.random.default_rng(i).standard_normal(x.shape)).astype(np.float32) for i, x in enumerate(truth)]


def psnr(x: np.ndarray, truth: np.ndarray) -> float:
    return float(-10 * np.log10(np.mean((np.clip(x, 0, 1).astype(np.float64) - truth) ** 2)))


def mean_psnr(images: list[np.ndarray], truth: list[np.ndarray]) -> float:
    return float(np.mean([psnr(x, t) for x, t in zip(images, truth)]))


def ours(program: str, run: str, noisy: list[np.ndarray], scratch: pathlib.Path) -> tuple[list[np.ndarray], list[float]]:
    """Denoised images and the noise that was found; a call for each size."""
    out, sigmas = [None] * len(noisy), [0.0] * len(noisy)
    for shape in sorted({x.shape for x in noisy}):
        places = [i for i, x in enumerate(noisy) if x.shape == shape]
        np.save(scratch / "noisy.npy", np.stack([noisy[i] for i in places])[:, None])
        command = [program, "denoise", run, scratch / "noisy.npy", "--out", scratch / "clean.npy", "--json", "-q"]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"photographs: {' '.join(map(str, command))}: {done.stderr}")
        for i, image, row in zip(places, np.load(scratch / "clean.npy"), json.loads(done.stdout)):
            out[i], sigmas[i] = image[0], row["sigma"]
    return out, sigmas


def one_bm3d(pair: tuple[np.ndarray, float]) -> np.ndarray:
    return np.asarray(bm3d.bm3d(pair[0], pair[1] / 255), np.float32)


def by_bm3d(noisy: list[np.ndarray], sigma: float, keep: pathlib.Path | None) -> list[np.ndarray]:
    file = keep / f"bm3d-{len(noisy)}-{sigma:g}.npz" if keep else None
    if file and file.exists():
        found = np.load(file)
        return [found[str(i)] for i in range(len(noisy))]
    with Pool(os.cpu_count()) as pool:
        images = pool.map(one_bm3d, [(x, sigma) for x in noisy], chunksize=1)
    if file:
        np.savez(file, **{str(i): x for i, x in enumerate(images)})
    return images


def best_tv(noisy: list[np.ndarray], truth: list[np.ndarray]) -> float:
    """PSNR at the weight that is best over all photographs: more than total variation would know by itself."""
    return max(mean_psnr([denoise_tv_chambolle(x, weight=w) for x in noisy], truth) for w in TV_WEIGHTS)


def seconds_of_a_megapixel(program: str, run: str, truth: list[np.ndarray], scratch: pathlib.Path) -> tuple[float, float]:
    """Of ours, loading included, and of BM3D: one picture of 1024 x 1024 with noise of 25."""
    large = np.asarray(Image.fromarray(truth[0]).resize((1024, 1024), Image.Resampling.BICUBIC))
    noisy = with_noise([large], 25)[0]
    Image.fromarray((np.clip(noisy, 0, 1) * 255).round().astype(np.uint8)).save(scratch / "large.png")
    command = [program, "denoise", run, str(scratch / "large.png"), "--out", str(scratch / "large"), "-q"]
    times = []
    for _ in range(3):
        start = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.monotonic() - start)
    start = time.monotonic()
    bm3d.bm3d(noisy, 25 / 255)
    return min(times), time.monotonic() - start


def picture(rows: list[list[np.ndarray]], file: pathlib.Path) -> None:
    """Crops of the middles: a row a photograph."""
    def crop(x: np.ndarray) -> np.ndarray:
        top, left = (x.shape[0] - CROP) // 2, (x.shape[1] - CROP) // 2
        return (np.clip(x[top:top + CROP, left:left + CROP], 0, 1) * 255).round().astype(np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate([np.concatenate([crop(x) for x in row], 1) for row in rows])).save(file, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("run")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--sigma", type=float, nargs="+", default=[15, 25, 50])
    parser.add_argument("--keep", type=pathlib.Path, help="folder in which what BM3D gave is kept for the next time")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    truth = photographs(given.data, given.n)
    lines = ["# Denoising photographs", "",
             f"`tools/photograph_tables.sh {given.program} {given.run} {given.data} {given.page} -n {given.n}`, "
             f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores. {len(truth)} grey photographs of BSDS500's `val`; noise in float, "
             "not clipped; pixels in [0, 1], clamped for PSNR (dB, means). Total variation has the weight that is best over all of them, BM3D is told sigma; ours is told nothing.",
             "", "| sigma / 255 | noisy | total variation | BM3D | ours | ours - BM3D |", "|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        rows = [[x] for x in truth[:3]]
        for sigma in given.sigma:
            noisy = with_noise(truth, sigma)
            mine, theirs = ours(given.program, given.run, noisy, scratch)[0], by_bm3d(noisy, sigma, given.keep)
            figures = [mean_psnr(noisy, truth), best_tv(noisy, truth), mean_psnr(theirs, truth), mean_psnr(mine, truth)]
            lines.append(f"| {sigma:g} | " + " | ".join(f"{x:.2f}" for x in figures) + f" | {figures[3] - figures[2]:+.2f} |")
            if sigma == given.sigma[len(given.sigma) // 2]:
                for row, *images in zip(rows, noisy, mine, theirs):
                    row += images
        file = given.page.with_suffix("") / "denoised.png"
        picture(rows, file)
        lines += ["", f"![truth, noisy, ours, BM3D]({file.parent.name}/{file.name})", "",
                  f"From the left: truth, noise of {given.sigma[len(given.sigma) // 2]:g}/255, ours, BM3D.", "",
                  "| sigma / 255 | noise found, mean | relative error of the mean | mean of relative errors without sign |", "|---|---|---|---|"]
        for level in LEVELS:
            found = 255 * np.asarray(ours(given.program, given.run, with_noise(truth, level), scratch)[1])
            lines.append(f"| {level} | {found.mean():.2f} | {found.mean() / level - 1:+.3f} | {np.abs(found / level - 1).mean():.3f} |")
        seconds = seconds_of_a_megapixel(given.program, given.run, truth, scratch)
        lines += ["", f"One picture of 1024 x 1024: {seconds[0]:.2f} s with ours (one jump, loading included, the least of three), {seconds[1]:.1f} s with BM3D."]
    given.page.write_text("\n".join(lines) + "\n")
    print(given.page)


if __name__ == "__main__":
    main()
