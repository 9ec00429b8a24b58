#include "mdsm/evaluate/mode_coverage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

/// The digit of an image is ten times its first pixel.
Tensor classify(const Tensor& images) { return (images.flatten(1).select(1, 0) * 10).round().to(at::kLong); }

TEST(Modes, ThreeDigitsMakeANumber) {
  const Tensor images = at::tensor({0.4, 0.0, 0.2, 0.9, 0.9, 0.9}).reshape({2, 3, 1, 1}).expand({2, 3, 4, 4});
  EXPECT_TRUE(at::equal(stacked_modes(images, classify), at::tensor({402, 999}, at::kLong)));
  expect_error([&] { stacked_modes(images.narrow(1, 0, 1), classify); }, "three channels");
  expect_error([&] { stacked_modes(images * 2, classify); }, "no digits");
}

TEST(Modes, CoverageByHand) {
  const Tensor all = at::arange(1000, at::kLong);
  const ModeCoverage even = mode_coverage(all.repeat({8}));
  EXPECT_EQ(even.samples, 8000);
  EXPECT_EQ(even.modes, 1000);
  EXPECT_NEAR(even.reverse_kl, 0, 1e-12);
  EXPECT_NEAR(even.expected_modes, 1000 * (1 - std::pow(0.999, 8000)), 1e-9);
  // Chi-square: (1000 - 1) / (2 n), and a part of order 1/n^2 more.
  EXPECT_NEAR(even.expected_kl, 999.0 / 16000, 0.004);
  // One mode: log 1000. Half of the modes, evenly: log 2.
  EXPECT_NEAR(mode_coverage(at::full({20}, 7, at::kLong)).reverse_kl, std::log(1000), 1e-12);
  const ModeCoverage half = mode_coverage(at::arange(500, at::kLong).repeat({3}));
  EXPECT_EQ(half.modes, 500);
  EXPECT_NEAR(half.reverse_kl, std::log(2), 1e-12);
  expect_error([] { mode_coverage(at::full({1}, 1000, at::kLong)); }, "0 to 999");
}

}  // namespace
}  // namespace mdsm
