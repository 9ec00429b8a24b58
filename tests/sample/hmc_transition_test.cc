#include "mdsm/sample/hmc_transition.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/double_well.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

RandomRows keys(int64_t count) { return RandomRows::slots(3, Stream::data, 0, count); }

/// Chains that began with exact draws, after some moves.
Tensor moved(const AnalyticEnergy& energy, int64_t count, int64_t moves, const HmcSettings& settings) {
  Tensor x = energy.sample(keys(count), 1, at::kDouble);
  ValueAndGradient at = energy.value_and_gradient(x);
  for (int64_t i = 0; i < moves; ++i) {
    const auto potential = [&](const Tensor& y) { return energy.value_and_gradient(y); };
    const HmcProposal proposal = propose_hmc(potential, x, at, settings, keys(count), static_cast<uint32_t>(i + 10));
    x = at::where(per_datum(proposal.accepted, x), proposal.x, x);
    at = energy.value_and_gradient(x);
  }
  return x;
}

// Chains that begin in the density stay in it, for a step that is often rejected and for any mass. False alarms: 4e-6 a
// coordinate (chains are independent of each other).
TEST(Hmc, LeavesTheDensityInvariant) {
  const Tensor variance = at::tensor({0.25, 1.0}, at::kDouble);
  const DiagonalGaussianEnergy energy(at::tensor({0.5, -1.0}, at::kDouble), variance);
  for (const Tensor& mass : {Tensor(), at::full({1}, 4.0), at::tensor({9.0, 0.5})}) {
    HmcSettings settings{.step_size = 0.8, .leapfrogs = 3};
    settings.mass = mass;
    const Tensor x = moved(energy, 20000, 8, settings);
    testing::expect_normal_moments(x.select(1, 0), 0.5, 0.25);
    testing::expect_normal_moments(x.select(1, 1), -1, 1);
  }
}

// The same chains without the closing half kick leave it: their variance is off by more than 30 standard errors.
TEST(Hmc, WithoutTheClosingKickItDoesNot) {
  const DiagonalGaussianEnergy energy(at::zeros({1}), at::ones({1}));
  HmcSettings settings{.step_size = 0.8, .leapfrogs = 3};
  settings.leapfrog = Leapfrog::without_closing_kick;
  const double variance = moved(energy, 20000, 8, settings).var().item<double>();
  EXPECT_GT(std::abs(variance - 1), 30 * std::sqrt(2 / 20000.0)) << variance;
}

TEST(Hmc, SamplesADoubleWell) {
  const DoubleWellEnergy energy({1}, 1, 0.5);
  const Tensor x = moved(energy, 20000, 10, {.step_size = 0.4, .leapfrogs = 5});
  testing::expect_distribution(x, -6, 6, 40, [&](const Tensor& points) { return -energy.value(points.unsqueeze(1)); });
}

// On E = x^2/(2 v) one leapfrog step is a matrix; by hand for one chain without jitter.
TEST(Hmc, OneStepByHand) {
  const double v = 0.5, eps = 0.3, m = 2;
  const DiagonalGaussianEnergy energy(at::zeros({1}), at::full({1}, v, at::kDouble));
  const Tensor x = at::full({1, 1}, 0.7, at::kDouble);
  HmcSettings settings{.step_size = eps, .leapfrogs = 1, .jitter = 0};
  settings.mass = at::full({1}, m);
  const RandomRows rows = keys(1);
  const auto potential = [&](const Tensor& y) { return energy.value_and_gradient(y); };
  const HmcProposal proposal = propose_hmc(potential, x, energy.value_and_gradient(x), settings, rows, 4);
  const double p0 = rows.with(Stream::momentum).normal(4, {1}, at::kDouble).item<double>() * std::sqrt(m);
  const double half = p0 - eps / 2 * 0.7 / v, x1 = 0.7 + eps * half / m, p1 = half - eps / 2 * x1 / v;
  EXPECT_NEAR(proposal.x.item<double>(), x1, 1e-14);
  const double gain = (0.49 - x1 * x1) / (2 * v) + (p0 * p0 - p1 * p1) / (2 * m);
  EXPECT_NEAR(proposal.probability.item<double>(), std::min(1.0, std::exp(gain)), 1e-13);
}

TEST(Hmc, WhatIsNotFiniteIsRejected) {
  const auto wall = [](const Tensor& x) {
    return ValueAndGradient{at::full({x.size(0)}, std::numeric_limits<double>::quiet_NaN(), at::kDouble),
                            at::zeros_like(x)};
  };
  const Tensor x = at::zeros({5, 2}, at::kDouble);
  const HmcProposal proposal = propose_hmc(wall, x, {at::zeros({5}, at::kDouble), x}, {}, keys(5), 0);
  EXPECT_EQ(proposal.probability.sum().item<double>(), 0);
  EXPECT_FALSE(proposal.accepted.any().item<bool>());
  expect_error([&] { propose_hmc(wall, x, {}, {.leapfrogs = 0}, keys(5), 0); }, "0 leapfrog steps");
  expect_error([&] { propose_hmc(wall, x, {}, {.step_size = -1}, keys(5), 0); }, "step size is -1");
}

}  // namespace
}  // namespace mdsm
