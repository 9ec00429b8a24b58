#include <gtest/gtest.h>

#include <numbers>

#include "mdsm/energy/analytic/double_well.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/energy/analytic/ring.h"
#include "support/expect_close.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_distribution;
using testing::expect_normal_moments;

constexpr int64_t kDraws = 20'000;

RandomRows rows(uint64_t seed) { return RandomRows::slots(seed, Stream::data, 0, kDraws); }

/// -E/T of data with one element.
auto boltzmann(const Energy& energy, double temperature) {
  return [&energy, temperature](const Tensor& x) { return energy.value(x.unsqueeze(1)) / -temperature; };
}

TEST(ExactSampling, DiagonalGaussian) {
  const DiagonalGaussianEnergy energy(at::tensor({0.5, -1.0}).reshape({1, 1, 2}), at::tensor({0.25, 4.0}));
  for (double temperature : {0.3, 1.0, 5.0}) {
    const Tensor x = energy.sample(rows(1), temperature);
    expect_normal_moments(x.select(3, 0), 0.5, 0.25 * temperature);
    expect_normal_moments(x.select(3, 1), -1, 4 * temperature);
    const double correlation =
        ((x.select(3, 0) - 0.5) * (x.select(3, 1) + 1)).mean().item<double>() / (std::sqrt(0.25 * 4) * temperature);
    EXPECT_NEAR(correlation, 0, testing::kSigmas / std::sqrt(double{kDraws}));
  }
}

// (x - m)' S^-1 (x - m) is a chi-square of 3 degrees, and every element of the sample covariance has the standard error
// sqrt((S_ii S_jj + S_ij^2) / n).
TEST(ExactSampling, FullGaussian) {
  const Tensor factor = at::tensor({1.0, 0.0, 0.0, 0.8, 0.5, 0.0, -0.3, 0.4, 0.2}, at::kDouble).reshape({3, 3});
  const Tensor covariance = factor.mm(factor.t());
  const Tensor mean = at::tensor({1.0, 2.0, 3.0}, at::kDouble);
  const GaussianEnergy energy(mean, covariance);
  for (double temperature : {0.5, 1.0, 4.0}) {
    const Tensor x = energy.sample(rows(2), temperature, at::kDouble) - mean;
    const Tensor expected = covariance * temperature;
    const Tensor actual = x.t().mm(x) / double{kDraws};
    const Tensor error = ((expected.diagonal().outer(expected.diagonal()) + expected.square()) / double{kDraws}).sqrt();
    EXPECT_LE(((actual - expected) / error).abs().max().item<double>(), testing::kSigmas);
    EXPECT_LE((x.mean(0) / (expected.diagonal() / double{kDraws}).sqrt()).abs().max().item<double>(), testing::kSigmas);
    expect_distribution(energy.value(x + mean) * (2 / temperature), 0, 60, 120,
                        [](const Tensor& q) { return q.log() * 0.5 - q * 0.5; });
  }
}

TEST(ExactSampling, MixtureAtEveryTemperature) {
  const GaussianMixtureEnergy energy(at::tensor({0.3, 0.6, 0.1}), at::tensor({-1.5, 0.5, 1.0}).unsqueeze(1),
                                     at::tensor({0.09, 0.25, 1.0}).unsqueeze(1));
  for (double temperature : {0.4, 1.0, 2.0, 20.0}) {
    SCOPED_TRACE(temperature);
    expect_distribution(energy.sample(rows(3), temperature), -40, 40, 1600, boltzmann(energy, temperature));
  }
}

TEST(ExactSampling, Ring) {
  for (double radius : {0.0, 0.2, 2.0}) {
    const RingEnergy energy(radius, 0.3);
    for (double temperature : {0.2, 1.0, 5.0}) {
      SCOPED_TRACE(fmt::format("radius {}, temperature {}", radius, temperature));
      const Tensor x = energy.sample(rows(4), temperature, at::kDouble);
      const double variance = 0.09 * temperature;
      expect_distribution(x.square().sum(1).sqrt(), 0, 10, 400,
                          [&](const Tensor& r) { return r.log() - (r - radius).square() / (2 * variance); });
      const double pi = std::numbers::pi;
      expect_distribution(at::atan2(x.select(1, 1), x.select(1, 0)), -pi - 1e-9, pi + 1e-9, 64,
                          [](const Tensor& angle) { return at::zeros_like(angle); });
    }
  }
}

// Deep wells, a shallow double well, and nearly a quartic: both proposals of the sampler are used.
TEST(ExactSampling, DoubleWell) {
  const DoubleWellEnergy line({1}, 1, 0.5);
  const DoubleWellEnergy cube({1, 1, 3}, 1, 0.5, 0.7);
  for (double temperature : {0.05, 0.5, 2.0, 50.0}) {
    SCOPED_TRACE(temperature);
    const Tensor x = cube.sample(rows(5), temperature, at::kDouble).flatten(1);
    expect_distribution(x.select(1, 0), -8, 8, 800, boltzmann(line, temperature));
    expect_normal_moments(x.select(1, 1), 0, 0.7 * temperature);
    expect_normal_moments(x.select(1, 2), 0, 0.7 * temperature);
    const double scale = x.select(1, 0).square().mean().sqrt().item<double>() * std::sqrt(0.7 * temperature);
    const double correlation = (x.select(1, 0) * x.select(1, 1)).mean().item<double>() / scale;
    EXPECT_NEAR(correlation, 0, testing::kSigmas / std::sqrt(double{kDraws}));
  }
}

}  // namespace
}  // namespace mdsm
