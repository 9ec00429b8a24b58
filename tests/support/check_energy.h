#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "mdsm/base/rng.h"
#include "mdsm/energy/energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm::testing {

/// Central differences of second order in float64. The truncation error is of order step^2 = 1e-10, rounding of
/// 1e-16/step = 1e-11, both times a moderate constant; ELU's second derivative jumps at 0, which costs of order `step`
/// in the rare entries whose interval holds a jump: hence 1e-5 and not less where it is used.
struct DifferenceOptions {
  double step = 1e-5;
  double tolerance = 1e-7;
  int64_t entries = 12;  ///< entries of each parameter that are tried, evenly spaced
};

/// (count, shape...) of N(0, 1) in `type`, the same at every call with the same `slot`.
inline Tensor test_normal(int64_t count, const Shape& shape, uint32_t slot = 0, at::ScalarType type = at::kDouble) {
  return RandomRows::slots(2024, Stream::data, slot * 1000, count).normal(0, shape, type);
}

/// [f(entry + step) - f(entry - step)] / (2 step), the entry of the contiguous float64 tensor written in place and
/// restored.
inline double central_difference(const Tensor& tensor, int64_t entry, double step, const std::function<double()>& f) {
  double& scalar = tensor.data_ptr<double>()[entry];
  const double kept = scalar;
  scalar = kept + step;
  const double above = f();
  scalar = kept - step;
  const double below = f();
  scalar = kept;
  return (above - below) / (2 * step);
}

/// Expects accumulators that started at zero to hold d(f)/d(theta), a few entries of each parameter.
inline void expect_parameter_differences(const Energy& energy, const Gradients& found, const std::function<double()>& f,
                                         const DifferenceOptions& options, const std::string& what) {
  const Parameters& theta = energy.parameters();
  double scale = 1e-300;
  for (size_t i = 0; i < theta.size(); ++i) scale = std::max(scale, found[i].abs().max().item<double>());
  for (size_t i = 0; i < theta.size(); ++i) {
    const int64_t stride = std::max<int64_t>(1, theta[i].numel() / options.entries);
    for (int64_t entry = 0; entry < theta[i].numel(); entry += stride) {
      const double expected = central_difference(theta[i], entry, options.step, f);
      const double actual = found[i].flatten()[entry].item<double>();
      EXPECT_NEAR(actual, expected, options.tolerance * scale)
          << what << " of " << theta.name(i) << ", entry " << entry;
    }
  }
}

/// gradient() against differences of value(), every entry of x.
inline void expect_gradient_differences(const Energy& energy, const Tensor& x, const DifferenceOptions& options = {}) {
  const Tensor gradient = energy.gradient(x).flatten();
  const Tensor moved = x.clone(at::MemoryFormat::Contiguous);
  const double scale = std::max(gradient.abs().max().item<double>(), 1e-300);
  for (int64_t entry = 0; entry < x.numel(); ++entry) {
    const double expected =
        central_difference(moved, entry, options.step, [&] { return energy.value(moved).sum().item<double>(); });
    EXPECT_NEAR(gradient[entry].item<double>(), expected, options.tolerance * scale) << "grad E, entry " << entry;
  }
}

/// value, gradient, value_and_gradient and linearize agree, carry no history, have x's shape, and leave x alone.
inline void expect_consistent_calls(const Energy& energy, const Tensor& x) {
  const Tensor before = x.clone();
  const ValueAndGradient both = energy.value_and_gradient(x);
  const std::unique_ptr<Linearization> at = energy.linearize(x);
  EXPECT_EQ(both.value.sizes(), at::IntArrayRef({x.size(0)}));
  EXPECT_EQ(both.gradient.sizes(), x.sizes());
  expect_close(energy.value(x), both.value, 1e-14, "value");
  expect_close(energy.gradient(x), both.gradient, 1e-14, "gradient");
  // The whole batch at once, where the others go in parts of fixed size (energy/parts.h).
  const double rounding = x.scalar_type() == at::kDouble ? 1e-14 : 2e-6;
  expect_close(at->value(), both.value, rounding, "value of linearize");
  expect_close(at->gradient(), both.gradient, rounding, "gradient of linearize");
  for (const Tensor& result :
       {energy.value(x), energy.gradient(x), both.value, both.gradient, at->value(), at->gradient()}) {
    EXPECT_FALSE(result.requires_grad());
    EXPECT_EQ(result.scalar_type(), x.scalar_type());
  }
  EXPECT_FALSE(x.requires_grad());
  EXPECT_TRUE(at::equal(x, before));
}

/// pull_back and pull_back_value against differences in theta; both add; theta and the directions stay as they were.
inline void expect_parameter_passes(const Energy& energy, const Tensor& x, const DifferenceOptions& options = {}) {
  const Tensor v = test_normal(x.size(0), energy.datum_shape(), 7);
  const Tensor weights = test_normal(x.size(0), {1}, 8).flatten();
  const Tensor v_before = v.clone();
  const Parameters theta_before = energy.parameters().clone(at::kDouble);
  const std::unique_ptr<Linearization> at = energy.linearize(x);

  Gradients second = Gradients::zeros_like(energy.parameters());
  at->pull_back(v, second);
  const auto directional = [&] { return (v * energy.gradient(x)).sum().item<double>(); };
  expect_parameter_differences(energy, second, directional, options, "d<v, grad E>/dtheta");

  Gradients first = Gradients::zeros_like(energy.parameters());
  at->pull_back_value(weights, first);
  const auto weighted = [&] { return (weights * energy.value(x)).sum().item<double>(); };
  expect_parameter_differences(energy, first, weighted, options, "d sum(w E)/dtheta");

  const Tensor once = second.flat() + first.flat();
  at->pull_back(v, second);
  at->pull_back_value(weights, second);
  at->pull_back_value(weights, second);
  expect_close(second.flat(), 2 * once, 1e-12, "passes that add");
  EXPECT_TRUE(at::equal(v, v_before));
  for (size_t i = 0; i < theta_before.size(); ++i) EXPECT_TRUE(at::equal(energy.parameters()[i], theta_before[i]));
}

/// A batch of another datum shape, one without a batch axis, an empty one and integers are rejected alike by every
/// call; directions and accumulators that do not fit are rejected by the second pass.
inline void expect_bad_requests_rejected(const Energy& energy, const Tensor& x) {
  Shape wrong = energy.datum_shape();
  wrong.back() += 1;
  for (const Tensor& bad :
       {at::zeros(batch_shape(2, wrong), x.options()), x[0], x.narrow(0, 0, 0), x.to(at::kLong), Tensor()}) {
    expect_error([&] { energy.value(bad); }, "the input has");
    expect_error([&] { energy.gradient(bad); }, "the input has");
    expect_error([&] { energy.value_and_gradient(bad); }, "the input has");
    expect_error([&] { energy.linearize(bad); }, "the input has");
  }
  Gradients out = Gradients::zeros_like(energy.parameters());
  const std::unique_ptr<Linearization> at = energy.linearize(x);
  expect_error([&] { at->pull_back(x[0], out); }, "v has shape");
  expect_error([&] { at->pull_back_value(x, out); }, "weights has shape");
  Parameters more = energy.parameters();
  more.add("one too many", at::zeros({1}, x.options()));
  Gradients many = Gradients::zeros_like(more);
  expect_error([&] { at->pull_back(x, many); }, "accumulators");
  expect_error([&] { at->pull_back_value(at->value(), many); }, "accumulators");
}

/// All of the above, for a float64 energy and batch.
inline void check_energy(const Energy& energy, const Tensor& x, const DifferenceOptions& options = {}) {
  expect_consistent_calls(energy, x);
  expect_gradient_differences(energy, x, options);
  expect_parameter_passes(energy, x, options);
  expect_bad_requests_rejected(energy, x);
}

}  // namespace mdsm::testing
