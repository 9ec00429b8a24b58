"""Energies in PyTorch's autograd: first derivatives of E and of grad E, by the engine's passes.

    Value     E(x; theta)         backward: w grad E (by Gradient, so that it can be differentiated), and theta's share
    Gradient  grad E(x; theta)    backward: H v, and pull_back(v)

Parameters enter as one token, a tensor of their total size that holds no numbers: its adjoint is the flat buffer that the
engine adds to, and Join hands each parameter its part.
"""

from typing import Optional, Sequence

import torch

from mdsm.errors import FailureError, RequestError

_will_run = torch._C._will_engine_execute_node


class At:
    """An energy at one batch, computed when it is asked for."""

    def __init__(self, core, x: torch.Tensor, parameters: Sequence[torch.Tensor]):
        self.core = core
        self.x = x.detach()
        self.parameters = parameters
        self.versions = [p._version for p in parameters]
        self._point = None
        self._gradient: Optional[torch.Tensor] = None

    @property
    def point(self):
        """What second passes need."""
        if self._point is None:
            self._check_versions()
            self._point = self.core.linearize(self.x)
        return self._point

    def value(self, second: bool) -> torch.Tensor:
        """E; `second`: the parameters' passes will follow."""
        if second:
            return self.point.value
        value, self._gradient = self.core.value_and_gradient(self.x)
        return value

    def gradient(self) -> torch.Tensor:
        if self._point is not None:
            return self._point.gradient
        if self._gradient is None:
            self._gradient = self.core.gradient(self.x)
        return self._gradient

    def passes(self):
        """The point, for passes that belong to the forward pass."""
        self._check_versions()
        return self.point

    def _check_versions(self) -> None:
        if self.versions != [p._version for p in self.parameters]:
            raise FailureError(
                "the parameters were changed between the forward pass and its backward pass (an optimiser's step in "
                "between?). Call backward() first."
            )


class Join(torch.autograd.Function):
    """Parameters as one token."""

    @staticmethod
    def forward(ctx, *parameters):
        ctx.parameters = parameters
        total = sum(p.numel() for p in parameters)
        return parameters[0].new_zeros(()).expand(total)

    @staticmethod
    def backward(ctx, flat):
        sizes = [p.numel() for p in ctx.parameters]
        parts = flat.split(sizes)
        return tuple(
            part.view(p.shape) if wanted else None
            for part, p, wanted in zip(parts, ctx.parameters, ctx.needs_input_grad)
        )


class Last(torch.autograd.Function):
    """The end of what is differentiated: third derivatives are not there."""

    @staticmethod
    def forward(ctx, result, *_sources):
        return result.view_as(result)

    @staticmethod
    def backward(ctx, *_):
        raise FailureError("mdsm: third derivatives of an energy (and second ones in its parameters) are not computed.")


def _last(result, *sources):
    """`result` where autograd records no more; else with a history that says so when it is asked."""
    if not torch.is_grad_enabled():
        return result
    return Last.apply(result, *sources)


class Value(torch.autograd.Function):
    """E(x; theta), (B)."""

    @staticmethod
    def forward(ctx, at, x, theta):
        ctx.at = at
        ctx.save_for_backward(x, theta)
        return at.value(second=theta is not None and theta.requires_grad)

    @staticmethod
    def backward(ctx, w):
        x, theta = ctx.saved_tensors
        to_x, to_theta = _wanted(ctx, theta)
        x_bar = theta_bar = None
        if to_x:
            gradient = Gradient.apply(ctx.at, x, theta) if torch.is_grad_enabled() else ctx.at.gradient()
            x_bar = w.view((-1,) + (1,) * (x.dim() - 1)) * gradient
        if to_theta:
            theta_bar = _last(ctx.at.passes().pull_back_value(w.detach()), w, x, theta)
        return None, x_bar, theta_bar


class Gradient(torch.autograd.Function):
    """grad_x E(x; theta), like x."""

    @staticmethod
    def forward(ctx, at, x, theta):
        ctx.at = at
        ctx.save_for_backward(x, theta)
        if theta is not None and theta.requires_grad:
            return at.point.gradient
        return at.gradient()

    @staticmethod
    def backward(ctx, v):
        x, theta = ctx.saved_tensors
        to_x, to_theta = _wanted(ctx, theta)
        direction = v.detach()
        x_bar = _last(ctx.at.passes().hessian_vector(direction), v, x, theta) if to_x else None
        theta_bar = _last(ctx.at.passes().pull_back(direction), v, x, theta) if to_theta else None
        return None, x_bar, theta_bar


def _wanted(ctx, theta):
    """Whether autograd goes on to x, and to theta: what nobody asks for is not computed."""
    functions = [function for function, _ in ctx.next_functions]
    to_theta = functions[1] if theta is not None else None
    return tuple(node is not None and _will_run(node) for node in (functions[0], to_theta))


def _token(parameters: Sequence[torch.Tensor]) -> Optional[torch.Tensor]:
    if not torch.is_grad_enabled() or not any(p.requires_grad for p in parameters):
        return None
    return Join.apply(*parameters)


def _inner(x: torch.Tensor) -> torch.Tensor:
    """x, but no leaf: autograd cannot be asked whether it goes on to one."""
    return x.view_as(x) if x.requires_grad and x.is_leaf else x


def checked(x, who: str) -> torch.Tensor:
    """x as a tensor: NumPy and JAX arrays are shared."""
    if isinstance(x, torch.Tensor):
        return x
    if hasattr(x, "__dlpack__"):
        return torch.from_dlpack(x)
    raise RequestError(f"{who}: a {type(x).__name__} (expected a tensor or an array).")


def value(core, x: torch.Tensor, parameters: Sequence[torch.Tensor]) -> torch.Tensor:
    """E(x) with history where x or a parameter records."""
    token = _token(parameters)
    if token is None and not (torch.is_grad_enabled() and x.requires_grad):
        return core.value(x.detach())
    return Value.apply(At(core, x, parameters), _inner(x), token)


def gradient(core, x: torch.Tensor, parameters: Sequence[torch.Tensor], at_once: bool = False) -> torch.Tensor:
    """grad E(x) with history where x or a parameter records.

    :param at_once: the batch as a whole, not in the parts that make a datum's bits independent of its batch
    """
    token = _token(parameters)
    if token is None and not (torch.is_grad_enabled() and x.requires_grad):
        return core.linearize(x.detach()).gradient if at_once else core.gradient(x.detach())
    return Gradient.apply(At(core, x, parameters), _inner(x), token)
