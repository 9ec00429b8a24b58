#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace mdsm::testing {

/// How many standard errors a mean may be off: a normal number is further out with probability 2e-6.
inline constexpr double kSigmas = 4.75;

/// The 1 - 1e-6 quantile of chi-square with `degrees` of freedom (Wilson and Hilferty 1931; within 2 % from 1 degree
/// on).
inline double chi_square_limit(double degrees) {
  const double width = 2 / (9 * degrees);
  return degrees * std::pow(1 - width + 4.7534 * std::sqrt(width), 3);
}

/// sum (count - n p)^2 / (n p), n the sum of the counts.
inline double chi_square(const at::Tensor& counts, const at::Tensor& probabilities) {
  const at::Tensor expected = probabilities.to(at::kDouble) * counts.sum().to(at::kDouble);
  return ((counts.to(at::kDouble) - expected).square() / expected).sum().item<double>();
}

/// Expects `values` (N) to be draws from the density proportional to exp(log_density) between low and high, by the
/// chi-square of `bins` equal bins, whose probabilities come from the midpoint rule with 200 points a bin. Only bins
/// that expect ten draws or more are compared; in the others together there may be 20 + 10 times what they expect.
/// False alarms: 1e-6.
inline void expect_distribution(const at::Tensor& values, double low, double high, int64_t bins,
                                const std::function<at::Tensor(const at::Tensor&)>& log_density) {
  const double width = (high - low) / static_cast<double>(bins);
  const at::Tensor points = (at::arange(bins * 200, at::kDouble) + 0.5) * (width / 200) + low;
  const at::Tensor mass = log_density(points).exp().reshape({bins, 200}).sum(1);
  const at::Tensor expected = mass / mass.sum() * static_cast<double>(values.numel());
  const at::Tensor bin = ((values.to(at::kDouble).flatten() - low) / width).floor().to(at::kLong);
  ASSERT_GE(bin.min().item<int64_t>(), 0) << "a draw below " << low;
  ASSERT_LT(bin.max().item<int64_t>(), bins) << "a draw above " << high;
  const at::Tensor counts = at::bincount(bin, {}, bins).to(at::kDouble);
  const at::Tensor large = expected >= 10;
  const at::Tensor small = large.logical_not();
  ASSERT_GE(large.sum().item<int64_t>(), 3) << "too few bins expect ten draws";
  const double rare = expected.masked_select(small).sum().item<double>();
  EXPECT_LE(counts.masked_select(small).sum().item<double>(), 20 + 10 * rare) << "too many draws in the tails";
  const at::Tensor compared = expected.masked_select(large);
  EXPECT_LE(chi_square(counts.masked_select(large), compared / compared.sum()),
            chi_square_limit(static_cast<double>(compared.numel() - 1)));
}

/// Expects independent normal `values` (N) of this mean and variance: their mean, and N var/variance against its
/// chi-square. False alarms: 4e-6.
inline void expect_normal_moments(const at::Tensor& values, double mean, double variance) {
  const auto count = static_cast<double>(values.numel());
  const at::Tensor offset = values.to(at::kDouble).flatten() - mean;
  EXPECT_NEAR(offset.mean().item<double>(), 0, kSigmas * std::sqrt(variance / count));
  EXPECT_NEAR(offset.square().mean().item<double>() / variance, 1, kSigmas * std::sqrt(2 / count));
}

}  // namespace mdsm::testing
