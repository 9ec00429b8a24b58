#include "mdsm/sample/denoise.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/sample/jump.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

constexpr double kSigma0 = 0.1;

/// The energy whose jump multiplies the distance from 0.5 by `factor`.
DiagonalGaussianEnergy shrinking(double factor, const Shape& shape) {
  return {at::full(shape, 0.5), at::full({1}, kSigma0 * kSigma0 / (1 - factor), at::kDouble)};
}

// For data N(m, s^2) and noise sigma the posterior mean is m + s^2/(s^2 + sigma^2) (x~ - m): the jump of the energy
// whose gradient is (sigma/sigma0)^2 times that of -log p_sigma.
TEST(Jump, IsThePosteriorMeanOfAGaussian) {
  const double data_variance = 0.04;
  const double sigma = 0.3;
  const double total = data_variance + sigma * sigma;
  const DiagonalGaussianEnergy energy(at::full({1, 4, 4}, 0.5),
                                      at::full({1}, total * kSigma0 * kSigma0 / (sigma * sigma)));
  const Tensor noisy = RandomRows::slots(1, Stream::data, 0, 3).normal(0, {1, 4, 4});
  expect_close(jump(energy, noisy, kSigma0), 0.5 + (noisy - 0.5) * (data_variance / total), 1e-6);
}

// Its implied sigma is sigma^2/sqrt(s^2 + sigma^2): with the denoiser's mean squared error s^2 sigma^2/(s^2 + sigma^2)
// the squares add up to sigma^2. 64 x 4096 coordinates: standard error 1/sqrt(2 * 262144) = 0.14 %; false alarms 2e-6.
TEST(Jump, ImpliesTheNoiseThatItRemoves) {
  const double data_variance = 0.01;
  const double sigma = 0.4;
  const double total = data_variance + sigma * sigma;
  const DiagonalGaussianEnergy energy(at::zeros({4096}), at::full({1}, total * kSigma0 * kSigma0 / (sigma * sigma)));
  const RandomRows rows = RandomRows::slots(2, Stream::data, 0, 64);
  const Tensor noisy = rows.normal(0, {4096}) * 0.1 + rows.normal(1, {4096}) * sigma;
  const Tensor implied = implied_sigma(noisy, jump(energy, noisy, kSigma0));
  EXPECT_EQ(implied.sizes(), at::IntArrayRef({64}));
  const double root_mean_square = implied.square().mean().sqrt().item<double>();
  EXPECT_NEAR(root_mean_square / (sigma * sigma / std::sqrt(total)), 1, testing::kSigmas * 0.0014);
  expect_error([&] { implied_sigma(noisy, noisy.narrow(0, 0, 2)); }, "a batch and what it was denoised to");
  expect_error([&] { jump(energy, noisy, 0); }, "sigma0 is 0");
}

// D(x) - m = f (x - m): n steps multiply the distance by (f + keep (1 - f))^(n - 1) f.
TEST(Denoise, StepsGoPartOfTheWayAndTheLastJumps) {
  const double factor = 0.2;
  const DiagonalGaussianEnergy energy = shrinking(factor, {1, 4, 4});
  const Tensor noisy = RandomRows::slots(4, Stream::data, 0, 3).normal(0, {1, 4, 4}, at::kDouble);
  for (int64_t steps : {1, 2, 5}) {
    const Denoised denoised = denoise(energy, noisy, kSigma0, {.steps = steps, .keep = 0.5});
    const double expected = std::pow(factor + 0.5 * (1 - factor), static_cast<double>(steps - 1)) * factor;
    expect_close(denoised.x - 0.5, (noisy - 0.5) * expected, 1e-12);
    expect_close(denoised.sigma, implied_sigma(noisy, jump(energy, noisy, kSigma0)), 1e-15);
  }
  expect_close(denoise(energy, noisy, kSigma0).x, jump(energy, noisy, kSigma0), 0);
  expect_close(denoise(energy, noisy, kSigma0, {.steps = 2, .keep = 0}).x - 0.5, (noisy - 0.5) * 0.04, 1e-12);
}

TEST(Denoise, WrongRequestsAreErrors) {
  const DiagonalGaussianEnergy energy = shrinking(0.5, {2});
  const Tensor x = at::zeros({1, 2});
  expect_error([&] { denoise(energy, x, kSigma0, {.steps = 0}); }, "0 steps");
  expect_error([&] { denoise(energy, x, kSigma0, {.keep = 1}); }, "noise must go");
  expect_error([&] { denoise(energy, x, -1); }, "sigma0 is -1");
  expect_error([&] { denoise(energy, at::zeros({1, 3}), kSigma0); }, "expected a batch of (2)");
}

}  // namespace
}  // namespace mdsm
