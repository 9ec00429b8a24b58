"""Energies in deepinv: as a denoiser and as a prior of its solvers.

    from mdsm.adaptors.deepinv import Denoiser, Prior
    denoiser = Denoiser(mdsm.load("mnist"))          # deepinv.optim.PnP(denoiser), or any of its samplers
    prior = Prior(mdsm.load("mnist"))                # deepinv.optim.optim_builder("PGD", prior=prior, ...)
"""

from typing import Any, Optional

import torch
from deepinv.models import Denoiser as _Denoiser
from deepinv.optim.prior import Prior as _Prior

from mdsm.energy import Energy


class Denoiser(_Denoiser):
    """x - sigma0^2 grad E(x): the posterior mean of x, whatever its noise; `sigma` is not needed and not looked at."""

    def __init__(self, energy: Energy):
        super().__init__()
        self.energy = energy

    def forward(self, x: torch.Tensor, sigma: Optional[Any] = None, **_: Any) -> torch.Tensor:
        """(B, C, H, W) in [0, 1] plus noise -> the same without, as large as the energy's images."""
        return x - self.energy.sigma0**2 * self.energy.grad(x)


class Prior(_Prior):
    """E(x) as an explicit prior: -log of the density that the energy learned, up to its constant."""

    def __init__(self, energy: Energy):
        super().__init__()
        self.explicit_prior = True
        self.energy = energy

    def fn(self, x: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        """E(x), (B)."""
        return self.energy(x)

    def grad(self, x: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        """grad E(x), shaped like x."""
        return self.energy.grad(x)
