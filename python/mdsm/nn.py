"""The library's networks as PyTorch modules."""

from typing import Any, Sequence

import torch

from mdsm import _differentiable as differentiable


class Energy(torch.nn.Module):
    """An energy network of the library, whose parameters any PyTorch optimiser may move.

        energy = mdsm.nn.Energy("resnet", (1, 32, 32), width=16, depth=12)
        loss = ((x - noisy + sigma0**2 * energy.grad(noisy)) ** 2).mean()
        loss.backward()

    :param kind: "resnet", "unet" or "mlp" (docs: the table [energy]); or an mdsm.Energy, whose weights are taken over
    :param shape: of one datum
    :param options: of the table [energy]: width, depth, head, activation, ...
    """

    def __init__(self, kind, shape: Sequence[int] = (), *, seed: int = 0, **options: Any):
        super().__init__()
        from mdsm.energy import Energy as Plain
        from mdsm.energy import energy_of_module

        self.energy = kind if isinstance(kind, Plain) else energy_of_module(kind, shape, seed, options)
        self._names = list(self.energy.parameters())
        for name, tensor in self.energy.parameters().items():
            self.register_parameter(name.replace(".", "_"), torch.nn.Parameter(tensor))
        self._own = [tensor.data_ptr() for tensor in self.energy.parameters().values()]

    def _theta(self):
        theta = list(self.parameters())
        if [p.data_ptr() for p in theta] != self._own:
            self._take_over(theta)
        return theta

    def _take_over(self, theta) -> None:
        """Parameters that were replaced (by .to() or an assigned state) are copied back into the energy's memory."""
        for parameter, tensor in zip(theta, self.energy.parameters().values()):
            tensor.copy_(parameter.detach())
            parameter.data = tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """E(x): (B, shape...) -> (B)."""
        return differentiable.value(self.energy._core, x, self._theta())

    def grad(self, x: torch.Tensor) -> torch.Tensor:
        """grad_x E(x), with history: losses of it can be differentiated."""
        return differentiable.gradient(self.energy._core, x, self._theta())
