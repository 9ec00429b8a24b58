"""Restoration: what a linear measurement took from images, drawn from the energy given what it left.

The module is its own function: mdsm.restore(energy, y, mdsm.restore.Inpaint(mask), samples=4).
"""

import sys
import types
from typing import Any, Sequence

import torch

from mdsm import _core
from mdsm._differentiable import checked
from mdsm._progress import Progress, reporting
from mdsm.energy import Energy
from mdsm.errors import RequestError


class Operator:
    """A linear measurement y = A x of images; it takes its shape from the energy, or from `shape`."""

    def core(self, shape: Sequence[int]) -> "_core.LinearOperator":
        """The library's operator on images of this shape."""
        raise NotImplementedError

    def __call__(self, x) -> torch.Tensor:
        """A x of images (B, C, H, W)."""
        x = checked(x, "operator").detach()
        return self.core(tuple(x.shape[1:])).apply(x)


class Inpaint(Operator):
    """y = mask x; the mask, (H, W), (1, H, W) or (C, H, W), is 1 where a pixel was measured."""

    def __init__(self, mask):
        mask = checked(mask, "Inpaint").detach().to(torch.float32)
        self.mask = mask if mask.dim() == 3 else mask.unsqueeze(0)

    def core(self, shape):
        return _core.inpainting(self.mask, list(shape))


class Blur(Operator):
    """y = kernel * x.

    :param kernel: (K, L), both odd; or a number: the standard deviation, in pixels, of a Gaussian
    :param boundary: "reflect" or "circular": what is seen beyond the border
    """

    def __init__(self, kernel, boundary: str = "reflect"):
        if boundary not in ("reflect", "circular"):
            raise RequestError(f"Blur: boundary = '{boundary}' (known: reflect, circular).")
        is_number = isinstance(kernel, (int, float))
        self.kernel = _core.gaussian_kernel(float(kernel)) if is_number else checked(kernel, "Blur").detach()
        self.boundary = boundary

    def core(self, shape):
        return _core.blur(self.kernel, self.boundary == "reflect", list(shape))


class Downsample(Operator):
    """y = means of the factor x factor squares of x."""

    def __init__(self, factor: int):
        self.factor = factor

    def core(self, shape):
        return _core.downsampling(self.factor, list(shape))


class CompressedSensing(Operator):
    """y = a random part of the coefficients of a randomised cosine transform, (1, 1, M)."""

    def __init__(self, fraction: float, seed: int = 0):
        self.fraction = fraction
        self.seed = seed

    def core(self, shape):
        return _core.compressed_sensing(self.fraction, self.seed, list(shape))


class Decolorize(Operator):
    """y = the luma of colour images, (1, H, W)."""

    def core(self, shape):
        return _core.decolorize(list(shape))


class Denoise(Operator):
    """y = x, plus noise of a size that is known: pass sigma."""

    def core(self, shape):
        return _core.identity(list(shape))


def restore(
    energy: Energy,
    y,
    operator: Operator,
    *,
    sigma: float = 0.0,
    samples: int = 1,
    seed: int = 0,
    batch: int = 100,
    baseline: str = "auto",
    shape: Sequence[int] = (),
    progress: Progress = None,
    **options: Any,
) -> torch.Tensor:
    """Draws images that have the measurement y = A x + sigma n: (samples, N, C, H, W), not clamped.

    :param y: (N, A's range...)
    :param shape: (C, H, W) of the images, where smaller than the energy's; () the energy's own
    :param baseline: the classical restoration that solvers begin with: "auto", "harmonic", "bicubic", "grey", "tv"
    :param options: of the table [restore]: solver, steps, beta, ...
    """
    core = operator.core(tuple(shape) or tuple(energy.datum_shape))
    with reporting(progress) as report:
        return _core.restore(
            energy._core, core, checked(y, "restore").detach(), sigma, baseline, samples, seed, batch, options, report
        )


class _CallableModule(types.ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> torch.Tensor:
        return restore(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
