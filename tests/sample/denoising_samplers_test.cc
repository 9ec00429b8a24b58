// Samplers that denoise coarse to fine, against docs/derivations/samplers.md, whose equations are cited by number.
#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/sample/ancestral.h"
#include "mdsm/sample/heun.h"
#include "mdsm/sample/jump.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

constexpr double kSigma0 = 0.1;

ChainEnds ends(Ending ending = Ending::keep) { return {.ending = ending, .sigma0 = kSigma0}; }

/// The sampler `deterministic`.
AncestralSampler deterministic(std::vector<double> levels, NoiseSource source, const ChainEnds& at) {
  return {std::move(levels), 0, source, at};
}

RandomRows rows(int64_t count) { return RandomRows::slots(1, Stream::data, 0, count); }

/// x - D(x) = c (x - m) in every coordinate: c = 1 is the exact blind denoiser of data that are one point m.
DiagonalGaussianEnergy linear_denoiser(const Shape& shape, double mean, double c) {
  return {at::full(shape, mean, at::kDouble), at::full({1}, kSigma0 * kSigma0 / c, at::kDouble)};
}

// (2): a step multiplies x - m by 1 + c (sigma'/sigma - 1).
TEST(Deterministic, AStepKeepsItsPartOfTheResidual) {
  const DiagonalGaussianEnergy energy = linear_denoiser({5}, 0.4, 0.7);
  const std::vector<double> levels = rho_noise(3, 0.1, 3, 8);
  const Tensor x0 = at::linspace(-4, 4, 10, at::kDouble).reshape({2, 5});
  double factor = 1;
  for (size_t i = 0; i + 1 < levels.size(); ++i) factor *= 1 + 0.7 * (levels[i + 1] / levels[i] - 1);
  const Tensor x = deterministic(levels, NoiseSource::schedule, ends()).run(energy, x0, rows(2));
  expect_close(x, 0.4 + (x0 - 0.4) * factor, 1e-13);
  const Tensor jumped = deterministic(levels, NoiseSource::schedule, ends(Ending::jump)).run(energy, x0, rows(2));
  expect_close(jumped, 0.4 + (x0 - 0.4) * factor * 0.3, 1e-13);
}

// (3): the flow dx/d(log sigma) = x - D(x) takes x - m to (sigma_min/sigma_max)^c (x - m).
double error_of(const Tensor& x, const Tensor& x0, double c) {
  return (x - 0.4 - (x0 - 0.4) * std::pow(0.1 / 3, c)).abs().max().item<double>();
}

TEST(Deterministic, IsOfFirstOrder) {
  const DiagonalGaussianEnergy energy = linear_denoiser({5}, 0.4, 0.7);
  const Tensor x0 = at::linspace(-4, 4, 5, at::kDouble).reshape({1, 5});
  const auto error = [&](int64_t steps) {
    const AncestralSampler sampler = deterministic(geometric_noise(3, 0.1, steps + 1), NoiseSource::schedule, ends());
    return error_of(sampler.run(energy, x0, rows(1)), x0, 0.7);
  };
  EXPECT_NEAR(std::log2(error(200) / error(400)), 1, 0.02);
  EXPECT_NEAR(std::log2(error(400) / error(800)), 1, 0.02);
}

TEST(Heun, IsOfSecondOrder) {
  const DiagonalGaussianEnergy energy = linear_denoiser({5}, 0.4, 0.7);
  const Tensor x0 = at::linspace(-4, 4, 5, at::kDouble).reshape({1, 5});
  const auto error = [&](int64_t gradients) {
    const std::vector<double> levels = geometric_noise(3, 0.1, HeunSampler::level_count(gradients));
    const HeunSampler sampler(levels, gradients, NoiseSource::schedule, ends());
    EXPECT_EQ(sampler.gradient_count(), gradients);
    return error_of(sampler.run(energy, x0, rows(1)), x0, 0.7);
  };
  EXPECT_NEAR(std::log2(error(400) / error(800)), 2, 0.05);
  EXPECT_NEAR(std::log2(error(399) / error(799)), 2, 0.15);  // the last step of first order
}

// The same where x - D(x) is not linear, against 4000 steps of the same flow.
TEST(Heun, KeepsItsOrderOnAMixture) {
  const GaussianMixtureEnergy energy(at::ones({2}), at::tensor({-1.0, 0.3, 1.0, -0.2}).view({2, 2}),
                                     at::full({1}, 0.02));
  const Tensor x0 = at::tensor({0.6, 1.5, -2.0, 0.1}, at::kDouble).view({2, 2});
  const auto end = [&](int64_t gradients, bool heun) {
    const auto count = heun ? HeunSampler::level_count(gradients) : gradients + 1;
    const std::vector<double> levels = geometric_noise(3, 0.5, count);
    return heun ? HeunSampler(levels, gradients, NoiseSource::schedule, ends()).run(energy, x0, rows(2))
                : deterministic(levels, NoiseSource::schedule, ends()).run(energy, x0, rows(2));
  };
  const Tensor truth = end(8000, true);
  const auto error = [&](int64_t gradients, bool heun) {
    return (end(gradients, heun) - truth).abs().max().item<double>();
  };
  EXPECT_NEAR(std::log2(error(400, true) / error(800, true)), 2, 0.1);
  EXPECT_NEAR(std::log2(error(400, false) / error(800, false)), 1, 0.1);
}

// (5) and (6): the variance follows v' = (1 + c (q - 1))^2 v + f^2, q = sqrt(sigma'^2 - f^2) / sigma. 32 x 512 numbers,
// 8 settings: false alarms below 4e-5.
TEST(Ancestral, HasTheVarianceOfItsRecursion) {
  const std::vector<double> levels = rho_noise(3, 0.1, 3, 12);
  for (const double c : {1.0, 0.6}) {
    for (const double eta : {0.0, 0.5, 1.0, 1.5}) {
      SCOPED_TRACE(fmt::format("c {} eta {}", c, eta));
      double v = 9;
      for (size_t i = 0; i + 1 < levels.size(); ++i) {
        const double ratio = levels[i + 1] / levels[i];
        const double fresh = std::min(1.0, eta * std::sqrt(1 - ratio * ratio)) * levels[i + 1];
        const double q = std::sqrt(levels[i + 1] * levels[i + 1] - fresh * fresh) / levels[i];
        v = std::pow(1 + c * (q - 1), 2) * v + fresh * fresh;
      }
      if (c == 1) {
        EXPECT_NEAR(v, 0.01, 1e-14);  // (6): what was noise of sigma is noise of sigma'
      }
      const DiagonalGaussianEnergy energy = linear_denoiser({512}, 0.4, c);
      const Tensor x0 = RandomRows::slots(8, Stream::measurement, 0, 32).normal(0, {512}) * 3 + 0.4;
      const AncestralSampler sampler(levels, eta, NoiseSource::schedule, ends());
      testing::expect_normal_moments(sampler.run(energy, x0, rows(32)), 0.4, v);
    }
  }
}

TEST(Deterministic, DrawsNoNoise) {
  const DiagonalGaussianEnergy energy = linear_denoiser({5}, 0.4, 0.7);
  const Tensor x0 = at::linspace(-4, 4, 10, at::kDouble).reshape({2, 5});
  const std::vector<double> levels = rho_noise(3, 0.1, 3, 8);
  const RandomRows others = RandomRows::slots(2, Stream::data, 0, 2);
  for (const NoiseSource source : {NoiseSource::schedule, NoiseSource::implied}) {
    const AncestralSampler sampler = deterministic(levels, source, ends());
    EXPECT_TRUE(at::equal(sampler.run(energy, x0, rows(2)), sampler.run(energy, x0, others)));
  }
  const AncestralSampler renewing(levels, 0.1, NoiseSource::schedule, ends());
  EXPECT_FALSE(at::equal(renewing.run(energy, x0, rows(2)), renewing.run(energy, x0, others)));
}

// From data that are one point the jump gives that point, whatever the steps before.
TEST(Ancestral, TheJumpOfAPointDatumIsTheDatum) {
  const DiagonalGaussianEnergy energy = linear_denoiser({1, 3, 5}, 0.4, 1);
  const AncestralSampler sampler(rho_noise(3, 0.1, 3, 5), 1, NoiseSource::schedule, ends(Ending::jump));
  const Tensor x = sampler.run(energy, at::randn({4, 1, 3, 5}, at::kDouble), rows(4));
  expect_close(x, at::full_like(x, 0.4), 1e-13);
}

// (7): with the implied level each chain comes to the schedule's level from wherever it begins, unless it is below.
TEST(Deterministic, TheImpliedNoiseBringsEveryChainToTheSchedule) {
  const DiagonalGaussianEnergy energy = linear_denoiser({100}, 0, 1);
  const std::vector<double> levels = geometric_noise(3, 0.1, 6);
  const Tensor x0 =
      rows(4).normal(0, {100}, at::kDouble) * per_datum(at::tensor({0.05, 1.0, 3.0, 10.0}), at::ones({4, 1}));
  const Tensor x = deterministic(levels, NoiseSource::implied, ends()).run(energy, x0, rows(4));
  const Tensor sigma = implied_sigma(x, at::zeros_like(x));
  expect_close(sigma.narrow(0, 1, 3), at::full({3}, 0.1, at::kDouble), 1e-12);
  EXPECT_TRUE(at::equal(x[0], x0[0]));
}

TEST(DenoisingSamplers, WrongSettingsAreErrors) {
  expect_error([] { AncestralSampler({3, 1}, 2.5, NoiseSource::schedule, ends()); }, "sample.eta");
  expect_error([] { deterministic({}, NoiseSource::schedule, ends()); }, "0 levels were given");
  expect_error([] { deterministic({1, 2}, NoiseSource::schedule, ends()); }, "must be positive and fall");
  expect_error([] { HeunSampler({3, 1}, 4, NoiseSource::schedule, ends()); }, "2 levels for 4 gradients (expected 3)");
}

}  // namespace
}  // namespace mdsm
