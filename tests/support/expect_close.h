#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mdsm::testing {

/// Largest |actual - expected| over the largest |expected|, in float64; 0 for equal tensors.
inline double relative_error(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor a = actual.detach().to(at::kDouble);
  const at::Tensor b = expected.detach().to(at::kDouble);
  if (a.numel() == 0) return 0;
  return (a - b).abs().max().item<double>() / std::max(b.abs().max().item<double>(), 1e-300);
}

/// Expects the same shape and relative_error(actual, expected) <= tolerance.
inline void expect_close(const at::Tensor& actual, const at::Tensor& expected, double tolerance,
                         const char* what = "") {
  ASSERT_EQ(actual.sizes(), expected.sizes()) << what;
  const double error = relative_error(actual, expected);
  EXPECT_LE(error, tolerance) << what << ": relative error " << error;
}

}  // namespace mdsm::testing
