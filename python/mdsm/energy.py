"""Energies: those of the library, and one's own."""

import json
from typing import Any, Callable, Dict, Optional, Sequence

import torch

from mdsm import _core
from mdsm import _differentiable as differentiable
from mdsm._own import CallableEnergy
from mdsm._progress import Progress, reporting
from mdsm.errors import RequestError
from mdsm.process import set_up_once


class Energy:
    """E(x) of each datum of a batch; the density is exp(-E(x)) / Z.

    Results carry autograd history where x, or one of the parameters, records gradients: once for E and once more for its
    gradient.
    """

    def __init__(self, core: "_core.Energy", parameters: Optional[Dict[str, torch.Tensor]] = None):
        self._core = core
        self._parameters = dict(core.parameters()) if parameters is None else parameters

    @property
    def datum_shape(self) -> torch.Size:
        """Of one datum: (C, H, W) or (D)."""
        return torch.Size(self._core.datum_shape)

    @property
    def sigma0(self) -> float:
        """The scale at which grad E is a score, in units of the data: x - sigma0^2 grad E(x) is a denoised x."""
        return self._core.sigma0

    @property
    def step(self) -> int:
        """Updates behind the weights."""
        return self._core.step

    @property
    def file(self) -> str:
        """Where the energy was read from."""
        return self._core.file

    @property
    def experiment(self) -> Dict[str, Dict[str, Any]]:
        """All options of the training, by table and name."""
        return json.loads(self._core.experiment)

    def parameters(self) -> Dict[str, torch.Tensor]:
        """The weights by their PyTorch names: the energy's own memory, not copies."""
        return self._parameters

    def __call__(self, x) -> torch.Tensor:
        """E(x): (B, datum_shape...) -> (B)."""
        return differentiable.value(self._core, differentiable.checked(x, "energy"), list(self._parameters.values()))

    def grad(self, x) -> torch.Tensor:
        """grad_x E(x), shaped like x."""
        return differentiable.gradient(
            self._core, differentiable.checked(x, "energy.grad"), list(self._parameters.values())
        )

    def hvp(self, x, v) -> torch.Tensor:
        """H v: second derivatives of E at x along v, shaped like x; exact, without history."""
        x, v = differentiable.checked(x, "energy.hvp"), differentiable.checked(v, "energy.hvp")
        return self._core.linearize(x.detach()).hessian_vector(v.detach())

    def denoise(self, x, *, steps: int = 1, keep: float = 0.5) -> torch.Tensor:
        """Noise of unknown size removed; not clamped.

        :param steps: gradients; 1 is the jump to the posterior mean, more go coarse to fine
        :param keep: part of the remaining noise that every step but the last leaves
        """
        return self._core.denoise(differentiable.checked(x, "energy.denoise").detach(), steps, keep)[0]

    def noise_in(self, x) -> torch.Tensor:
        """||x - D(x)|| / sqrt(d), (B), in units of the data: below the noise in each datum by what the denoiser lets through, for which
        `mdsm denoise` corrects."""
        return self._core.denoise(differentiable.checked(x, "energy.noise_in").detach(), 1, 0.5)[1]

    def sample(
        self,
        n: int = 64,
        *,
        seed: int = 0,
        seeds: Optional[Sequence[int]] = None,
        sampler: str = "",
        steps: int = -1,
        progress: Progress = None,
        **options: Any,
    ) -> torch.Tensor:
        """Draws samples, bit for bit those of `mdsm sample`: one a seed, (n, datum_shape...) float32, not clamped.

        :param seed: of the first sample, the others follow; `seeds` gives each its own instead
        :param sampler: instead of the run's: "ancestral", "langevin", "hmc", ... (docs/samplers.md)
        :param steps: gradients a sample; -1: the run's; 0: the sampler's own number
        :param options: of the table [sample], such as batch=64 or step_size=0.02
        """
        chosen = list(range(seed, seed + n)) if seeds is None else [int(s) for s in seeds]
        if not chosen:
            raise RequestError("energy.sample: no seeds (n is 0). Ask for a sample at least.")
        with reporting(progress) as report:
            return _core.sample(self._core, chosen, sampler, steps, options, report)[0]

    def __repr__(self) -> str:
        count = sum(p.numel() for p in self._parameters.values())
        return f"mdsm.Energy({tuple(self.datum_shape)}, {count} parameters, from {self.file})"


def load(run: str, *, weights: str = "average", precision: str = "auto") -> Energy:
    """The energy of a run directory, a checkpoint, or a shipped model by its name.

    :param weights: "average", the moving average, or "raw"
    :param precision: "auto", "fp32" or "bf16": in which convolutions are computed
    """
    set_up_once()
    return Energy(_core.load(str(run), weights, precision))


def energy(
    function: Callable[[torch.Tensor], torch.Tensor],
    shape: Sequence[int],
    *,
    sigma0: float = 0.1,
    sigma_min: float = 0.05,
    sigma_max: float = 1.2,
) -> Energy:
    """Any differentiable PyTorch function as an energy: samplers, restoration, likelihood and evaluation run on it.

    :param function: x (B, shape...) -> E (B), each datum by itself; a Module's parameters are the energy's
    :param shape: of one datum
    :param sigma0: scale at which its gradient is a score, for samplers that denoise; sigma_min and sigma_max: the least
        and the largest noise that it knows
    """
    set_up_once()
    own = CallableEnergy(function)
    core = _core.own_energy(own, list(shape), own.named_tensors(), sigma0, sigma_min, sigma_max)
    return Energy(core, own.parameters)


def energy_of_module(kind: str, shape: Sequence[int], seed: int, options: Dict[str, Any]) -> Energy:
    """A network of the library with first weights (mdsm.nn.Energy)."""
    set_up_once()
    return Energy(_core.build_energy({"kind": kind, **options}, list(shape), seed))

