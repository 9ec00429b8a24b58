"""A user's own PyTorch network under the engine: mdsm.compile."""

from typing import Any, Dict, List, Optional, Tuple

import torch

from mdsm import _differentiable as differentiable
from mdsm._reader.reader import read
from mdsm.energy import Energy
from mdsm.errors import FailureError, RequestError
from mdsm.process import set_up_once

_PRECISIONS = ("fp32", "bf16")
_SMALL = 1 << 16  # numbers of a batch up to which one thread is as fast as several
#: by the module's type, relative to the largest entry: where ours must agree with PyTorch before it is used
_AGREE = {torch.float64: 1e-9, torch.float32: 1e-3}


class SecondOrder:
    """E of a module, its gradient, and the gradient of losses of that gradient, by four passes over a list of ops.

    Reads the module's parameters where they are: an optimiser's step is seen at the next call.
    """

    def __init__(self, module: torch.nn.Module, example: torch.Tensor, precision: str, fallback: bool, scales):
        self.module = module
        self.precision = precision
        reader, _ = read(module, example, fallback)
        self._builder = reader.builder
        self._theta: Dict[str, torch.Tensor] = reader.theta
        self._by_autograd = sorted(set(reader.by_autograd))
        self._scales = scales
        self._type = torch.zeros((), dtype=example.dtype)
        self._own: List[int] = []
        self._places: List[Tuple[torch.nn.Module, str]] = []
        self._core: Any = None
        self._bind()

    def _bind(self) -> None:
        """Shares the memory of the module's parameters as it lies now."""
        self._places = [_place_of(self.module, name) for name in self._theta]
        for name, (owner, leaf) in zip(self._theta, self._places):
            self._theta[name] = getattr(owner, leaf)
        # Without parameters the engine would not know the module's type.
        named = [(name, t.detach()) for name, t in self._theta.items()] or [("type", self._type)]
        self._core = self._builder.energy(named, self.precision, *self._scales)
        self._own = [t.data_ptr() for t in self._theta.values()]

    def _parameters(self) -> List[torch.Tensor]:
        theta = list(self._theta.values())
        moved = [t.data_ptr() for t in theta] != self._own
        if moved or any(getattr(owner, leaf) is not t for (owner, leaf), t in zip(self._places, theta)):
            self._bind()
            theta = list(self._theta.values())
        return theta

    def value(self, x: torch.Tensor) -> torch.Tensor:
        """E(x), (B), with history in x and the parameters."""
        theta = self._parameters()
        return differentiable.value(self._core, differentiable.checked(x, "value"), theta)

    __call__ = value

    def grad(self, x: torch.Tensor) -> torch.Tensor:
        """grad_x E(x), shaped like x, with history: a loss of it has parameter gradients by the engine."""
        theta = self._parameters()
        x = differentiable.checked(x, "grad")
        return differentiable.gradient(self._core, x, theta, at_once=x.numel() <= _SMALL)

    def hvp(self, x: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """Second derivatives of E at x along v, shaped like x, without history."""
        self._parameters()
        return self._core.linearize(x.detach()).hessian_vector(v.detach())

    @property
    def energy(self) -> Energy:
        """The same as an mdsm.Energy, for samplers, restoration, evaluation and training."""
        self._parameters()
        return Energy(self._core, dict(self._theta))

    def by_autograd(self) -> List[str]:
        """The operators that the engine has no op of its own for: PyTorch's autograd differentiates them in each pass."""
        return self._by_autograd

    def describe(self) -> str:
        """The list of ops, before folds: op, slots, shape, million operations a datum."""
        return self._builder.describe()


def _place_of(module: torch.nn.Module, name: str) -> Tuple[torch.nn.Module, str]:
    owner, _, leaf = name.rpartition(".")
    return module.get_submodule(owner), leaf


def _checked_example(module: torch.nn.Module, example: Any) -> torch.Tensor:
    if not isinstance(module, torch.nn.Module):
        raise RequestError(f"compile: a {type(module).__name__} (expected a torch.nn.Module). Wrap the function in one.")
    if not isinstance(example, torch.Tensor) or example.dim() < 2 or example.shape[0] < 1:
        raise RequestError("compile: the example must be a batch, a tensor of shape (B, datum...).")
    if example.dtype not in _AGREE:
        raise RequestError(f"compile: an example of {example.dtype} (expected float32 or float64).")
    types = {p.dtype for p in module.parameters()} - {example.dtype}
    if types:
        raise RequestError(f"compile: parameters of {types.pop()} and an example of {example.dtype}. Give both one type.")
    example = example.detach()
    return example if example.shape[0] > 1 else torch.cat([example, example])


def _check_against(compiled: SecondOrder, example: torch.Tensor) -> None:
    """Ours against the module itself, on data of which each stands alone."""
    few = example[:3]
    with torch.enable_grad():
        leaf = few.clone().requires_grad_(True)
        value = compiled.module(leaf).reshape(-1)
        gradient = torch.autograd.grad(value.sum(), leaf, allow_unused=True)[0]
    gradient = torch.zeros_like(few) if gradient is None else gradient
    with torch.no_grad():
        alone = compiled.module(torch.cat([few[:1], few[:1]])).reshape(-1)[0]
    ours = compiled._core.linearize(few)
    bound = _AGREE[example.dtype] if compiled.precision == "fp32" else 0.1
    pairs = (("E", ours.value, value), ("grad E", ours.gradient, gradient), ("E of a datum alone", alone, value[0]))
    for what, found, expected in pairs:
        scale = max(1.0, expected.detach().abs().max().item())
        off = (found - expected.detach()).abs().max().item() / scale
        if not off <= bound:
            raise FailureError(
                f"compile: {what} differs from the module's own by {off:.2g} of its size (at most {bound:g}). A module that "
                "draws at random, mixes the data of a batch, or depends on more than its input cannot be compiled."
            )


def compile(  # noqa: A001  (mdsm.compile, as torch.compile)
    module: torch.nn.Module,
    example: torch.Tensor,
    *,
    precision: str = "fp32",
    fallback: Optional[str] = None,
    sigma0: float = 0.1,
    sigma_min: float = 0.05,
    sigma_max: float = 1.2,
) -> SecondOrder:
    """A module x (B, datum...) -> E (B) under the second-order engine.

        f = mdsm.compile(network, x)
        g = f.grad(noisy)
        loss = ((x - noisy + sigma0**2 * g) ** 2).mean()
        loss.backward()                      # the parameters' gradients, without double backward

    :param example: a batch; its type, float32 or float64, and the shape of a datum are those of all later ones
    :param precision: "fp32", exact, or "bf16": convolutions and matrix products of float32 modules in bfloat16
    :param fallback: "autograd": operators that are not known are called and differentiated one by one by PyTorch
    :param sigma0: with sigma_min and sigma_max, what samplers of `.energy` must know (mdsm.energy)
    """
    set_up_once()
    if precision not in _PRECISIONS:
        raise RequestError(f"compile: precision = '{precision}' (known: {', '.join(_PRECISIONS)}).")
    if fallback not in (None, "autograd"):
        raise RequestError(f"compile: fallback = '{fallback}' (known: autograd).")
    example = _checked_example(module, example)
    compiled = SecondOrder(module, example, precision, fallback is not None, (sigma0, sigma_min, sigma_max))
    _check_against(compiled, example)
    return compiled
