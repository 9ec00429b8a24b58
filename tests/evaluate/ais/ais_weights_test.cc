#include "mdsm/evaluate/ais/weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mdsm/base/rng.h"
#include "mdsm/evaluate/ais/temperatures.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

TEST(AisWeights, LogMeanExpAndSampleSizeByHand) {
  const Tensor weights = at::tensor({1.0, 2.0, 3.0}, at::kDouble).log();
  EXPECT_NEAR(log_mean_exp(weights), std::log(2), 1e-15);
  EXPECT_NEAR(effective_sample_size(weights), 36.0 / 14, 1e-13);
  EXPECT_NEAR(log_mean_exp(weights + 5000), 5000 + std::log(2), 1e-11);  // no overflow
  EXPECT_NEAR(log_mean_exp(weights - 5000), -5000 + std::log(2), 1e-11);
  EXPECT_NEAR(effective_sample_size(at::tensor({0.0, -800.0}, at::kDouble)), 1, 1e-15);
  expect_error([] { log_mean_exp(at::zeros({2})); }, "float64");
}

// Normal log weights of mean -v/2 and variance v: E[w] = 1. Reverse weights of the same law satisfy Crooks' relation
// with log Z1/Z0 = 0. Of 60 intervals of 99 % fewer than 54 cover with probability 1e-5 if they are honest, and with
// 3e-3 if, as the percentile bootstrap of 100 weights may, they cover 97 %.
TEST(AisWeights, IntervalsCoverTheTruth) {
  int64_t by_mean = 0, by_both = 0;
  for (uint32_t trial = 0; trial < 60; ++trial) {
    const Tensor draws = RandomRows::slots(7, Stream::data, 2 * trial, 2).normal(0, {100}, at::kDouble) * 0.7 - 0.245;
    const BootstrapEstimate mean = bootstrap_log_mean_exp(draws[0], trial);
    const BootstrapEstimate both = bennett_acceptance_ratio(draws[0], draws[1], trial);
    EXPECT_LE(mean.low, mean.value);
    EXPECT_GE(mean.high, mean.value);
    by_mean += mean.low <= 0 && mean.high >= 0;
    by_both += both.low <= 0 && both.high >= 0;
  }
  EXPECT_GE(by_mean, 54);
  EXPECT_GE(by_both, 54);
}

// With one weight each, w and -v: 1/(1 + e^(L - w)) = 1/(1 + e^(-v - L)) at L = (w - v)/2, here with v the reverse
// weight.
TEST(AisWeights, BennettByHand) {
  const Tensor forward = at::full({1}, 1.5, at::kDouble), reverse = at::full({1}, -0.5, at::kDouble);
  EXPECT_NEAR(bennett_acceptance_ratio(forward, reverse, 0).value, 1.0, 1e-12);
  EXPECT_NEAR(bennett_acceptance_ratio(forward + 40, reverse - 40, 0).value, 41.0, 1e-12);
}

TEST(Temperatures, EndsAreExactAndSpacingIsAsNamed) {
  for (const auto& betas : {linear_betas(7), exponential_betas(7)}) {
    EXPECT_EQ(betas.size(), 8U);
    EXPECT_EQ(betas.front(), 0);
    EXPECT_EQ(betas.back(), 1);
  }
  const std::vector<double> exponential = exponential_betas(5);
  EXPECT_NEAR(exponential[1], kSmallestBeta, 1e-18);
  for (size_t k = 2; k < 5; ++k) EXPECT_NEAR(exponential[k + 1] / exponential[k], 10, 1e-9);
  // Length sqrt(beta): equal lengths are beta = (k/K)^2.
  std::vector<double> x, y;
  for (int i = 0; i <= 2000; ++i) {
    x.push_back(i / 2000.0);
    y.push_back(std::sqrt(x.back()));
  }
  const std::vector<double> adaptive = adaptive_betas(Curve(x, y), 10);
  for (size_t k = 0; k <= 10; ++k) EXPECT_NEAR(adaptive[k], static_cast<double>(k * k) / 100, 2e-3) << k;
  // Where the energies agree everywhere, the spacing is linear.
  EXPECT_NEAR(adaptive_betas(Curve({0, 0.5, 1}, {0, 0, 0}), 4)[1], 0.25, 1e-12);
  expect_error([] { beta_spacing("adaptve"); }, "Did you mean 'adaptive'?");
  expect_error([] { Curve({0, 0}, {1, 1}); }, "do not rise");
}

}  // namespace
}  // namespace mdsm
