"""Networks as their users write them: what mdsm.compile is held against."""

import torch
from torch import nn
from torch.nn import functional as F


class ResidualBlock(nn.Module):
    """The paper's: S(x) + conv(elu(conv(elu(x)))), perhaps halved."""

    def __init__(self, width, out, down):
        super().__init__()
        self.conv_a = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.conv_b = nn.Conv2d(width, out, 3, padding=1)
        self.skip = nn.Conv2d(width, out, 1)
        self.down = down

    def forward(self, x):
        branch = self.conv_b(F.elu(self.conv_a(F.elu(x))))
        if self.down:
            branch, x = F.avg_pool2d(branch, 2), F.avg_pool2d(x, 2)
        return self.skip(x) + branch


class ResNet(nn.Module):
    """The paper's network, E = (a.h + b1)(c.h + b2) + d.(h*h) + b3; depth 6 or 12 of the paper's."""

    def __init__(self, width=8, side=16, channels=1, plain=1):
        super().__init__()
        self.stem = nn.Conv2d(channels, width, 3, padding=1)
        blocks, w = [], width
        for _ in range(3):
            blocks.append(ResidualBlock(w, 2 * w, True))
            blocks += [ResidualBlock(2 * w, 2 * w, False) for _ in range(plain)]
            w *= 2
        self.blocks = nn.Sequential(*blocks)
        n = w * (side // 8) ** 2
        self.a, self.c, self.d = nn.Linear(n, 1), nn.Linear(n, 1), nn.Linear(n, 1)

    def forward(self, x):
        h = self.blocks(self.stem(x)).flatten(1)
        return (self.a(h) * self.c(h) + self.d(h * h)).squeeze(1)


class UNet(nn.Module):
    """A small U-Net denoiser as an energy, E = ||x - f(x)||^2 / 2."""

    def __init__(self, width=8):
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding=1)
        self.down = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.middle = nn.Conv2d(2 * width, 2 * width, 5, padding=2)
        self.norm = nn.GroupNorm(4, 2 * width)
        self.up = nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1)
        self.join = nn.Conv2d(2 * width, width, 3, padding=1)
        self.out = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        a = F.silu(self.stem(x))
        b = F.silu(self.norm(self.down(a)))
        b = b + F.gelu(self.middle(b))
        h = torch.cat([F.interpolate(F.avg_pool2d(a, 2), scale_factor=2), self.up(b)], 1)
        f = self.out(F.silu(self.join(h)))
        return 0.5 * ((x - f) ** 2).sum(dim=(1, 2, 3))


class Mlp(nn.Module):
    """Two hidden layers."""

    def __init__(self, dimension=6, width=32, activation=nn.SiLU):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(dimension, width), activation(), nn.Linear(width, width), activation(), nn.Linear(width, 1)
        )

    def forward(self, x):
        return self.net(x).squeeze(-1)


class Potential(nn.Module):
    """A neural potential: a sum over pairs of atoms of an MLP of their distance, x (B, atoms, 3); forces are -grad."""

    def __init__(self, width=16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(8, width), nn.Tanh(), nn.Linear(width, width), nn.Softplus(), nn.Linear(width, 1))
        self.register_buffer("centres", torch.linspace(0.5, 3, 8))
        self.scale = nn.Parameter(torch.tensor(1.3))

    def forward(self, x):
        i, j = torch.triu_indices(x.shape[1], x.shape[1], 1)
        r2 = ((x[:, i] - x[:, j]) ** 2).sum(-1)
        r = torch.sqrt(r2 + 1e-3)
        basis = torch.exp(-self.scale * (r[..., None] - self.centres) ** 2)
        return self.net(basis).squeeze(-1).sum(-1)


class PerAtom(nn.Module):
    """An MLP of every atom alone, over the batch's atoms in one matrix."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))

    def forward(self, x):
        b, n, _ = x.shape
        return self.net(x.reshape(b * n, 3)).reshape(b, n).sum(1)


class Sequence(nn.Module):
    """A convolutional network over sequences (B, C, L)."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv1d(2, 8, 5, stride=2, padding=2)
        self.b = nn.Conv1d(8, 8, 3, padding=1, groups=2)

    def forward(self, x):
        return self.b(F.elu(self.a(x))).square().mean(dim=(1, 2))


class Solution(nn.Module):
    """u(x) of a physics-informed network: its gradient is asked for, and a loss of it."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))

    def forward(self, x):
        return self.net(x) + torch.sin(x[:, :1]) / (2 + x[:, 1:] ** 2)


class Normalised(nn.Module):
    """Layer norm, softmax attention over positions, and what else is read by autograd."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.q, self.k = nn.Linear(8, 8), nn.Linear(8, 8, bias=False)
        self.shift = nn.Parameter(torch.randn(8) * 0.1)

    def forward(self, x):
        h = self.norm(x) + self.shift
        weights = torch.softmax(self.q(h) @ self.k(h).transpose(1, 2) / 8**0.5, -1)
        return torch.logsumexp((weights @ h).flatten(1), 1) + (1 - h).mean((1, 2))


CASES = {
    "resnet": (ResNet, (1, 16, 16)),
    "unet": (UNet, (1, 16, 16)),
    "mlp": (Mlp, (6,)),
    "mlp relu": (lambda: Mlp(activation=nn.ReLU), (6,)),
    "mlp elu": (lambda: Mlp(activation=nn.ELU), (6,)),
    "potential": (Potential, (5, 3)),
    "per atom": (PerAtom, (5, 3)),
    "sequence": (Sequence, (2, 16)),
    "solution": (Solution, (2,)),
    "normalised": (Normalised, (6, 8)),
}


def made(name, dtype=torch.float64, batch=4):
    """(module, x) with fixed weights and data."""
    kind, shape = CASES[name]
    torch.manual_seed(0)
    module = kind().to(dtype)
    torch.manual_seed(1)
    return module, torch.randn(batch, *shape, dtype=dtype)
