"""Figures on arrays, as `mdsm evaluate` computes them."""

from typing import Tuple

import torch

from mdsm import _core
from mdsm._differentiable import checked


def frechet_distance(a, b) -> float:
    """Squared Frechet distance of the Gaussians of two sets of features, (N, D) and (M, D)."""
    return _core.frechet_distance(checked(a, "frechet_distance"), checked(b, "frechet_distance"))


def kernel_distance(
    a, b, *, subsets: int = 100, subset_size: int = 1000, subset_seed: int = 2020
) -> Tuple[float, float]:
    """Unbiased polynomial kernel distance of features (N, D) and (M, D), over torch-fidelity's subsets: mean, deviation."""
    a, b = checked(a, "kernel_distance"), checked(b, "kernel_distance")
    return _core.kernel_distance(a, b, subsets, subset_size, subset_seed)


def inception_score(logits, *, splits: int = 10, shuffle_seed: int = 2020) -> Tuple[float, float]:
    """exp of the mean KL(p(y|x) || p(y)) over splits of logits (N, classes): mean, deviation."""
    return _core.inception_score(checked(logits, "inception_score"), splits, shuffle_seed)


def auroc(inside, outside) -> float:
    """P(outside > inside) + P(equal) / 2 of scores (N) and (M): the larger score means outside."""
    return _core.detection(checked(inside, "auroc"), checked(outside, "auroc"))[0]


def psnr(x, truth) -> torch.Tensor:
    """Peak signal-to-noise ratio of each image in dB, (B): images (B, C, H, W) in [0, 1], not clamped here."""
    return _core.psnr(checked(x, "psnr").detach(), checked(truth, "psnr").detach())


def ssim(x, truth) -> torch.Tensor:
    """Structural similarity of each image, (B), as scikit-image's with Gaussian weights."""
    return _core.ssim(checked(x, "ssim").detach(), checked(truth, "ssim").detach())
