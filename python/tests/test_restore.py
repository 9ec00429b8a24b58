"""Restoration of measurements."""

import pytest
import torch

import mdsm


@pytest.fixture(scope="module")
def digits(mnist):
    return mnist.sample(3, seed=5).clamp(0, 1)


def test_in_painting_keeps_what_was_measured(mnist, digits):
    mask = torch.ones(32, 32)
    mask[:, 16:] = 0
    operator = mdsm.restore.Inpaint(mask)
    y = operator(digits)
    x = mdsm.restore(mnist, y, operator, samples=2, seed=1)
    assert x.shape == (2, 3, 1, 32, 32)
    assert torch.allclose(x[:, :, :, :, :16], digits[None, :, :, :, :16].expand(2, -1, -1, -1, -1), atol=1e-4)
    assert not torch.equal(x[0], x[1])
    assert torch.equal(mdsm.restore(mnist, y, operator, seed=2)[0], x[1])  # each restoration is its seed's


@pytest.mark.parametrize(
    "operator, better",
    [
        (mdsm.restore.Downsample(2), 1.0),
        (mdsm.restore.Blur(1.5), 1.0),
        (mdsm.restore.CompressedSensing(0.3), 5.0),
    ],
)
def test_restorations_are_nearer_than_the_pseudo_inverse(mnist, digits, operator, better):
    y = operator(digits)
    back = operator.core((1, 32, 32)).pseudo_inverse(y)
    x = mdsm.restore(mnist, y, operator, seed=0)[0].clamp(0, 1)
    assert mdsm.psnr(x, digits).mean() > mdsm.psnr(back.clamp(0, 1), digits).mean() + better


def test_known_noise_is_taken_away(mnist, digits):
    noisy = digits + 0.4 * torch.randn(digits.shape, generator=torch.Generator().manual_seed(3))
    x = mdsm.restore(mnist, noisy, mdsm.restore.Denoise(), sigma=0.4)[0]
    assert mdsm.psnr(x.clamp(0, 1), digits).mean() > mdsm.psnr(noisy.clamp(0, 1), digits).mean() + 3


def test_errors_name_what_does_not_fit(mnist, digits):
    with pytest.raises(mdsm.RequestError, match="mask"):
        mdsm.restore(mnist, digits, mdsm.restore.Inpaint(torch.full((32, 32), 0.5)))
    with pytest.raises(mdsm.RequestError, match="restore.betta"):
        mdsm.restore(mnist, digits, mdsm.restore.Denoise(), sigma=0.1, betta=1)
    with pytest.raises(mdsm.RequestError, match="boundary = 'wrap'"):
        mdsm.restore.Blur(1.0, boundary="wrap")
