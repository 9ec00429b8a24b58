"""Compares `mdsm evaluate` with torch-fidelity, clean-fid, pytorch-fid and scipy on the same features and the same images.

Usage: compare.py PROGRAM FOLDER_OF_IMAGES WORK_FOLDER
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import torch
from cleanfid.resize import build_resizer
from PIL import Image
from scipy import linalg
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric

program, images, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
failures = 0


def evaluate(*arguments):
    command = [program, "evaluate", *map(str, arguments), "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def check(what, ours, theirs, tolerance):
    global failures
    error = abs(ours - theirs) / abs(theirs)
    verdict = "ok" if error <= tolerance else "FAILED"
    failures += verdict != "ok"
    print(f"{verdict:6} {what}: {ours:.12g} against {theirs:.12g}, relative difference {error:.1e} (at most {tolerance:.0e})")


def correlated(rng, count, size, mixing, shift):
    return rng.standard_normal((count, size)) @ mixing + shift


def compare_distances():
    rng = np.random.default_rng(1)
    a = correlated(rng, 3000, 96, rng.standard_normal((96, 96)) / 8, 0.2)
    b = correlated(rng, 2500, 96, rng.standard_normal((96, 96)) / 8, 0.0)
    logits = rng.standard_normal((2357, 1008)) * 3
    for name, array in (("a", a), ("b", b), ("logits", logits)):
        np.save(work / f"{name}.npy", array)
    a_stats, b_stats = (fid_features_to_statistics(torch.from_numpy(x)) for x in (a, b))
    np.savez(work / "b.npz", **b_stats)
    ours = evaluate("--images", work / "a.npy", "--reference", work / "b.npy", "fid")["frechet_inception_distance"]
    check("fid, torch-fidelity", ours, fid_statistics_to_metric(a_stats, b_stats, False)["frechet_inception_distance"], 1e-6)
    root = linalg.sqrtm(a_stats["sigma"] @ b_stats["sigma"]).real
    difference = a_stats["mu"] - b_stats["mu"]
    by_scipy = difference @ difference + np.trace(a_stats["sigma"] + b_stats["sigma"] - 2 * root)
    check("fid, scipy", ours, by_scipy, 1e-6)
    ours = evaluate("--images", work / "a.npy", "--reference", work / "b.npz", "fid")["frechet_inception_distance"]
    check("fid, statistics file", ours, by_scipy, 1e-6)
    saved = work / "saved.npz"
    evaluate("--images", work / "a.npy", "fid", "--save-stats", saved)
    with np.load(saved) as file:
        np.testing.assert_allclose(file["mu"], a_stats["mu"], rtol=1e-12)
        np.testing.assert_allclose(file["sigma"], a_stats["sigma"], rtol=1e-9, atol=1e-12)
    ours = evaluate("--images", work / "a.npy", "--reference", work / "b.npy", "kid")
    options = dict(kid_subsets=100, kid_subset_size=1000, kid_kernel="poly", kid_kernel_poly_degree=3,
                   kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1, rng_seed=2020, verbose=False)
    theirs = kid_features_to_metric(torch.from_numpy(a), torch.from_numpy(b), **options)
    for key in ("kernel_inception_distance_mean", "kernel_inception_distance_std"):
        check(f"{key}, torch-fidelity", ours[key], theirs[key], 1e-6)
    ours = evaluate("--images", work / "logits.npy", "is")
    theirs = isc_features_to_metric(torch.from_numpy(logits))
    for key in ("inception_score_mean", "inception_score_std"):
        check(f"{key}, torch-fidelity", ours[key], theirs[key], 1e-6)


def compare_singular():
    """Fewer data than features: scipy's square root needs its offset here; the eigenvalues of the product do not."""
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((40, 96)), rng.standard_normal((50, 96)) + 0.3
    np.save(work / "few_a.npy", a)
    np.save(work / "few_b.npy", b)
    ours = evaluate("--images", work / "few_a.npy", "--reference", work / "few_b.npy", "fid")
    a_stats, b_stats = (fid_features_to_statistics(torch.from_numpy(x)) for x in (a, b))
    theirs = fid_statistics_to_metric(a_stats, b_stats, False)["frechet_inception_distance"]
    check("fid of singular covariances, torch-fidelity", ours["frechet_inception_distance"], theirs, 1e-6)
    assert ours["images_covariance_rank"] == 39 and any("singular" in note for note in ours["notes"])


class Identity(torch.nn.Module):
    """Its features are its input, so that --out keeps what the program resized."""

    def forward(self, z):
        return z.flatten(1)


def resized(mode):
    """What `mdsm evaluate` gives a network of the images, (N, 3, 299, 299)."""
    module = work / "identity.pt"
    if not module.exists():
        torch.jit.script(Identity()).save(str(module))
    out = work / f"resized-{mode}"
    evaluate("--images", images, "--reference", images, "kid", "--inception", module, "--resize-mode", mode, "--subset-size", 2,
             "--subsets", 1, "--out", out)
    return np.concatenate([np.load(f) for f in sorted(out.glob("images-features-*.npy"))]).reshape(-1, 3, 299, 299)


def compare_resizes():
    pixels = [np.asarray(Image.open(f).convert("RGB")) for f in sorted(images.glob("*.png"))]
    planes = [torch.from_numpy(p.copy()).permute(2, 0, 1)[None] for p in pixels]
    tf = [(interpolate_bilinear_2d_like_tensorflow1x(p.float(), (299, 299), align_corners=False) - 128) / 128 for p in planes]
    # pytorch_fid/inception.py, forward: on [0, 1], then 2x - 1.
    py = [2 * torch.nn.functional.interpolate(p.float() / 255, (299, 299), mode="bilinear", align_corners=False) - 1 for p in planes]
    clean = [(torch.from_numpy(build_resizer("clean")(p)).permute(2, 0, 1)[None] - 128) / 128 for p in pixels]
    global failures
    for mode, theirs in (("tf", tf), ("pytorch", py), ("clean", clean)):
        error = float(np.abs(resized(mode) - torch.cat(theirs).numpy()).max())
        verdict = "ok" if error <= 1e-4 else "FAILED"
        failures += verdict != "ok"
        print(f"{verdict:6} resize {mode}: {len(pixels)} images of {pixels[0].shape}, largest difference {error:.1e} in [-1, 1]")


compare_distances()
compare_singular()
compare_resizes()
sys.exit(1 if failures else 0)
