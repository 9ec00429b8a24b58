"""A callable of the user's as the library calls it: by PyTorch's autograd, double backward included."""

from typing import Callable, Dict, List, Tuple

import torch

from mdsm.errors import RequestError


class _Linearization:
    """E and grad E at one batch, with the graph of both."""

    def __init__(self, value: torch.Tensor, gradient: torch.Tensor, x: torch.Tensor, parameters: List[torch.Tensor]):
        self._recorded = value
        self._recorded_gradient = gradient
        self._x = x
        self._parameters = parameters
        self.value = value.detach()
        self.gradient = gradient.detach()

    def _along(self, recorded, direction, wanted) -> List[torch.Tensor]:
        open_ones = [t for t in wanted if t.requires_grad]
        if not recorded.requires_grad or not open_ones:
            return [torch.zeros_like(t) for t in wanted]
        found = torch.autograd.grad(recorded, open_ones, direction, retain_graph=True, allow_unused=True)
        by_tensor = {id(t): g for t, g in zip(open_ones, found)}
        zero = torch.zeros_like
        return [zero(t) if by_tensor.get(id(t)) is None else by_tensor[id(t)].detach() for t in wanted]

    def pull_back(self, v: torch.Tensor) -> List[torch.Tensor]:
        return self._along(self._recorded_gradient, v, self._parameters)

    def pull_back_value(self, weights: torch.Tensor) -> List[torch.Tensor]:
        return self._along(self._recorded, weights, self._parameters)

    def hessian_vector(self, v: torch.Tensor) -> torch.Tensor:
        return self._along(self._recorded_gradient, v, [self._x])[0]


class CallableEnergy:
    """What _core.own_energy calls."""

    def __init__(self, function: Callable[[torch.Tensor], torch.Tensor]):
        if not callable(function):
            raise RequestError(f"mdsm.energy: a {type(function).__name__} (expected a function x -> E).")
        self._function = function
        is_module = isinstance(function, torch.nn.Module)
        self.parameters: Dict[str, torch.Tensor] = dict(function.named_parameters()) if is_module else {}

    def named_tensors(self) -> List[Tuple[str, torch.Tensor]]:
        return [(name, p.detach()) for name, p in self.parameters.items()]

    def _evaluate(self, x: torch.Tensor) -> torch.Tensor:
        value = self._function(x)
        if not isinstance(value, torch.Tensor) or value.shape not in ((x.shape[0],), (x.shape[0], 1)):
            shape = tuple(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__
            raise RequestError(
                f"mdsm.energy: the function gave {shape} for a batch of {x.shape[0]} (expected one energy a datum). "
                "Sum over every axis but the first."
            )
        return value.reshape(-1)

    def value(self, x: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode(False), torch.no_grad():
            return self._evaluate(x).detach()

    def value_and_gradient(self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        with torch.inference_mode(False), torch.enable_grad():
            leaf = x.detach().requires_grad_(True)
            value = self._evaluate(leaf)
            gradient = self._gradient(value, leaf, again=False)
        return value.detach(), gradient.detach()

    def linearize(self, x: torch.Tensor) -> _Linearization:
        with torch.inference_mode(False), torch.enable_grad():
            leaf = x.detach().requires_grad_(True)
            value = self._evaluate(leaf)
            return _Linearization(value, self._gradient(value, leaf, again=True), leaf, list(self.parameters.values()))

    @staticmethod
    def _gradient(value: torch.Tensor, leaf: torch.Tensor, again: bool) -> torch.Tensor:
        if not value.requires_grad:
            return torch.zeros_like(leaf)
        found = torch.autograd.grad(value.sum(), leaf, create_graph=again, retain_graph=again, allow_unused=True)[0]
        return torch.zeros_like(leaf) if found is None else found
