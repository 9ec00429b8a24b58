#include "mdsm/evaluate/quality.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

/// 0.5 + 0.5 sin(0.3 i (1 + c) + 0.5 j) cos(0.2 i j / h), (1, C, h, w)
Tensor picture(int64_t channels, int64_t height, int64_t width) {
  const Tensor c = at::arange(channels, at::kDouble).view({-1, 1, 1});
  const Tensor i = at::arange(height, at::kDouble).view({1, -1, 1});
  const Tensor j = at::arange(width, at::kDouble).view({1, 1, -1});
  return (0.5 + 0.5 * (0.3 * i * (1 + c) + 0.5 * j).sin() * (0.2 * i * j / static_cast<double>(height)).cos())
      .unsqueeze(0);
}

Tensor disturbed(const Tensor& x) {
  return (x + 0.2 * (1.7 * at::arange(x.numel(), at::kDouble)).cos().view(x.sizes())).clamp(0, 1);
}

TEST(Quality, EqualImages) {
  const Tensor x = picture(1, 28, 28);
  EXPECT_NEAR(ssim(x, x).item<double>(), 1, 1e-12);
  EXPECT_TRUE(std::isinf(psnr(x, x).item<double>()));
}

TEST(Quality, PsnrOfAConstantShift) {
  const Tensor x = at::cat({picture(1, 8, 9), picture(1, 8, 9)});
  const Tensor shift = at::tensor({0.1, 0.01}, at::kDouble).view({2, 1, 1, 1});
  expect_close(psnr(x + shift, x), at::tensor({20.0, 40.0}, at::kDouble), 1e-12);
}

// Two constant images m and m' have no variance: SSIM = (2 m m' + C1) / (m^2 + m'^2 + C1).
TEST(Quality, SsimOfConstants) {
  const Tensor a = at::full({1, 1, 12, 12}, 0.3, at::kDouble);
  const Tensor b = at::full({1, 1, 12, 12}, 0.6, at::kDouble);
  EXPECT_NEAR(ssim(a, b).item<double>(), (2 * 0.18 + 1e-4) / (0.09 + 0.36 + 1e-4), 1e-12);
}

// Values of scikit-image 0.26.0, structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
// data_range=1, channel_axis=0) and peak_signal_noise_ratio(data_range=1), on the same images.
TEST(Quality, AgreesWithScikitImage) {
  const Tensor grey = picture(1, 28, 28);
  EXPECT_NEAR(ssim(disturbed(grey), grey).item<double>(), 0.6630330635313922, 1e-9);
  EXPECT_NEAR(psnr(disturbed(grey), grey).item<double>(), 17.459486557392346, 1e-9);
  const Tensor colour = picture(3, 20, 33);
  EXPECT_NEAR(ssim(disturbed(colour), colour).item<double>(), 0.7169334032008382, 1e-9);
  EXPECT_NEAR(psnr(disturbed(colour), colour).item<double>(), 17.395588836255765, 1e-9);
  EXPECT_NEAR(ssim(disturbed(grey).to(at::kFloat), grey.to(at::kFloat)).item<double>(), 0.66303306, 1e-5);
}

TEST(Quality, WrongShapesAreErrors) {
  expect_error([] { psnr(at::zeros({1, 1, 4, 4}), at::zeros({1, 1, 4, 5})); }, "two equal batches");
  expect_error([] { ssim(at::zeros({1, 1, 10, 20}), at::zeros({1, 1, 10, 20})); }, "the window has 11 x 11");
}

}  // namespace
}  // namespace mdsm
