"""The networks of the comparison in PyTorch: the paper's residual networks and the U-Net energy of method.md.

Every energy takes x (B, 1, 32, 32) and gives E (B).
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ResidualBlock(nn.Module):
    """S(x) + conv_b(ELU(conv_a(ELU(x)))); a 'down' block pools by 2 after conv_b and in the skip (method.md, 2)."""

    def __init__(self, inputs, outputs, down):
        super().__init__()
        self.down = down
        self.conv_a = nn.Conv2d(inputs, inputs, 3, padding=1, bias=False)
        self.conv_b = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        h = self.conv_b(F.elu(self.conv_a(F.elu(x))))
        if self.down:
            return self.skip(F.avg_pool2d(x, 2)) + F.avg_pool2d(h, 2)
        return self.skip(x) + h


class ResNet12(nn.Module):
    """Res12 of the paper with its quadratic head, sigma0 = 0.1."""

    sigma0 = 0.1

    def __init__(self, width):
        super().__init__()
        blocks, channels = [], width
        for _ in range(3):
            blocks += [ResidualBlock(channels, 2 * channels, True), ResidualBlock(2 * channels, 2 * channels, False)]
            channels *= 2
        self.stem = nn.Conv2d(1, width, 3, padding=1)
        self.blocks = nn.Sequential(*blocks)
        features = channels * 4 * 4
        self.a, self.c, self.d = nn.Linear(features, 1), nn.Linear(features, 1), nn.Linear(features, 1)

    def forward(self, x):
        h = self.blocks(self.stem(x)).flatten(1)
        return (self.a(h) * self.c(h) + self.d(h * h)).squeeze(1)


class UNetBlock(nn.Module):
    """Pre-activation residual block with SiLU; conv_b starts at zero; identity skip where the width stays."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_a = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv_b = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv_b.weight)

    def forward(self, x):
        return self.skip(x) + self.conv_b(F.silu(self.conv_a(F.silu(x))))


class UNet(nn.Module):
    """E = s^2/2 ||z - f(z)||^2, z = x/s, s^2 = mean(x^2) + 0.1 per image, f a U-Net on 32, 16, 8 and 4 pixels; sigma0 = 1."""

    sigma0 = 1.0

    def __init__(self, width):
        super().__init__()
        w = width
        self.stem = nn.Conv2d(1, w, 3, padding=1)
        self.down = nn.ModuleList([UNetBlock(w, w), UNetBlock(w, 2 * w), UNetBlock(2 * w, 4 * w), UNetBlock(4 * w, 8 * w)])
        self.middle = UNetBlock(8 * w, 8 * w)
        self.up = nn.ModuleList([UNetBlock(16 * w, 4 * w), UNetBlock(8 * w, 2 * w), UNetBlock(4 * w, w), UNetBlock(2 * w, w)])
        self.out = nn.Conv2d(w, 1, 3, padding=1)

    def denoise(self, z):
        h, skips = self.stem(z), []
        for level, block in enumerate(self.down):
            h = block(h)
            skips.append(h)
            if level < 3:
                h = F.avg_pool2d(h, 2)
        h = self.middle(h)
        for level, block in enumerate(self.up):
            h = block(torch.cat((h, skips.pop()), 1))
            if level < 3:
                h = F.interpolate(h, scale_factor=2)
        return self.out(h)

    def forward(self, x):
        s = (x.pow(2).mean((1, 2, 3), keepdim=True) + 0.1).sqrt()
        z = x / s
        return 0.5 * (z - self.denoise(z).float()).pow(2).sum((1, 2, 3)) * s.view(-1).pow(2)


CASES = {
    "res12-w16-b128": (lambda: ResNet12(16), 128),
    "res12-w64-b32": (lambda: ResNet12(64), 32),
    "unet-w16-b64": (lambda: UNet(16), 64),
}
