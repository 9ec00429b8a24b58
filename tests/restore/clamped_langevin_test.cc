#include "mdsm/restore/clamped_langevin.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"
#include "mdsm/sample/temperature.h"
#include "restore/solve.h"
#include "support/denoiser_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::DenoiserEnergy;
using testing::expect_normal_moments;
using testing::kSigma0;
using testing::rows;

/// All x at which a gradient was asked for.
Tensors points_seen(const Measurement& measurement, const std::vector<double>& temperatures) {
  Tensors seen;
  const Shape shape = measurement.a().domain();
  const DenoiserEnergy energy(
      [&](const Tensor& x) {
        seen.push_back(x.clone());
        return x * 0.9 + 0.05;
      },
      kSigma0, shape);
  const Tensor guess = at::zeros(batch_shape(measurement.count(), shape), at::kDouble);
  clamped_langevin_chain({energy, kSigma0, measurement, guess, rows(measurement.count())}, temperatures, 0.02, guess);
  return seen;
}

// At every gradient the known pixels are the truth plus noise of variance sigma0^2 T (the authors' code: sigma0^2
// sqrt(T)), fresh each time. 32 x 512 numbers; false alarms 4e-6 a moment check, 2e-6 for the correlation.
TEST(ClampedLangevin, KnownPixelsHaveNoiseOfTheTemperature) {
  const Shape shape{1, 32, 32};
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 32, 32), shape);
  const Tensor truth = rows(32).uniform(9, shape, at::kDouble);
  const Tensors seen = points_seen(Measurement(a, a->apply(truth), 0), {16, 16, 4, 0});
  ASSERT_EQ(seen.size(), 4U);
  Tensors offsets;
  for (const Tensor& x : seen) offsets.push_back((x - truth).narrow(3, 0, 16).flatten());
  expect_normal_moments(offsets[0], 0, 0.01 * 16);
  expect_normal_moments(offsets[1], 0, 0.01 * 16);
  expect_normal_moments(offsets[2], 0, 0.01 * 4);
  EXPECT_EQ(offsets[3].abs().max().item<double>(), 0);
  const double correlation = (offsets[0] * offsets[1]).mean().item<double>() / 0.16;
  EXPECT_NEAR(correlation, 0, testing::kSigmas / std::sqrt(32 * 512.0));
}

// With noise tau in the measurement, at T = 1: the posterior of precision P = S^-1 + e e'/(tau^2 + sigma0^2) and mean m
// + P^-1 e (y - m)/(tau^2 + sigma0^2), but for the steps: their law has precision P (1 - k P/2), k = eps^2/2. 8192
// chains; 800 steps leave nothing of the start. False alarms 4e-6 a check.
TEST(ClampedLangevin, AMeasurementsOwnNoiseCounts) {
  const Tensor covariance = at::tensor({0.04, 0.03, 0.03, 0.04}, at::kDouble).view({2, 2});
  const GaussianEnergy energy(at::full({1, 1, 2}, 0.5), covariance);
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 1, 2), Shape{1, 1, 2});
  const int64_t count = 8192;
  const double y = 0.9;
  const double tau = 0.2;
  const double eps = 0.06;
  const Tensor x0 = at::full({count, 1, 1, 2}, 0.5, at::kDouble);
  const Measurement measurement(a, a->apply(at::full_like(x0, y)), tau);
  const Tensor x =
      clamped_langevin_chain({energy, kSigma0, measurement, x0, rows(count)}, constant_temperatures(1, 800), eps, x0);
  const double information = 1 / (tau * tau + kSigma0 * kSigma0);
  const Tensor seen = at::tensor({1.0, 0.0}, at::kDouble);
  const Tensor precision = at::inverse(covariance) + information * at::outer(seen, seen);
  const Tensor mean = 0.5 + at::inverse(precision).mv(seen) * information * (y - 0.5);
  const double k = eps * eps / 2;
  const Tensor law = at::inverse(precision - k / 2 * precision.mm(precision));
  for (int64_t pixel = 0; pixel < 2; ++pixel) {
    expect_normal_moments(x.select(3, pixel).flatten(), mean[pixel].item<double>(), law[pixel][pixel].item<double>());
  }
}

// One known and one free pixel with covariance S, constant T. With Q = S^-1, k = eps^2/2 and the clamp's noise c^2 =
// sigma0^2 T, the free pixel follows x' = x - k (Q_ff (x - m) + Q_fk (y + c n - m)) + eps sqrt(T) z: a normal law of
// mean m + S_fk/S_kk (y - m), the posterior mean, and variance (k^2 Q_fk^2 c^2 + eps^2 T)/(1 - (1 - k Q_ff)^2). 8192
// chains; 300 steps leave nothing of the start. False alarms 4e-6.
TEST(ClampedLangevin, TheFreePixelHasItsStationaryLaw) {
  const Tensor covariance = at::tensor({0.04, 0.03, 0.03, 0.04}, at::kDouble).view({2, 2});
  const GaussianEnergy energy(at::full({1, 1, 2}, 0.5), covariance);
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 1, 2), Shape{1, 1, 2});
  const int64_t count = 8192;
  const double y = 0.9;
  const double temperature = 2;
  const double eps = 0.1;
  const Tensor x0 = at::full({count, 1, 1, 2}, 0.5, at::kDouble);
  const Measurement measurement(a, a->apply(at::full_like(x0, y)), 0);
  const Tensor x = clamped_langevin_chain({energy, kSigma0, measurement, x0, rows(count)},
                                          constant_temperatures(temperature, 300), eps, x0);
  const Tensor precision = at::inverse(covariance);
  const double free = precision[1][1].item<double>();
  const double across = precision[1][0].item<double>();
  const double k = eps * eps / 2;
  const double clamp = kSigma0 * kSigma0 * temperature;
  const double variance = (k * k * across * across * clamp + eps * eps * temperature) / (1 - std::pow(1 - k * free, 2));
  expect_normal_moments(x.select(3, 1).flatten(), 0.5 + 0.75 * (y - 0.5), variance);
}

TEST(ClampedLangevin, WrongRequestsAreErrors) {
  const Shape shape{1, 2, 2};
  const DiagonalGaussianEnergy energy(at::zeros(shape), at::ones({1}));
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 2, 2), shape);
  const Tensor x = at::zeros({1, 1, 2, 2});
  const Measurement measurement(a, x, 0);
  const RandomRows key = rows(1);
  const RestoreTask task{energy, kSigma0, measurement, x, key};
  testing::expect_error([&] { clamped_langevin_chain(task, {1}, 0, x); }, "the step size is 0");
  testing::expect_error([&] { restore(task, {.solver = "langevin", .steps = 1}); }, "at least 2");
}

}  // namespace
}  // namespace mdsm
