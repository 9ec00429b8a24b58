#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mdsm/engine/op.h"

namespace mdsm {

/// How check_op looks at an op.
struct CheckOptions {
  /// y from inputs and parameters, written as plainly as possible; none: forward is not compared.
  std::function<Tensor(const Tensors& x, const Tensors& theta)> reference;
  /// Moves normal draws for input `index` to where the op is smooth: away from a kink, above zero.
  std::function<Tensor(size_t index, const Tensor& x)> domain = [](size_t, const Tensor& x) { return x; };
  /// Largest error in float64, relative to the largest entry (at least 1) of what is compared.
  double tolerance = 1e-10;
  /// The same against float64 for narrower types; 0: not compared.
  double float32_tolerance = 1e-5;
  double bfloat16_tolerance = 3e-2;
  uint64_t seed = 1;
};

/// What check_op found: one line a failure, with op, pass, index, both values and seed.
struct CheckReport {
  std::vector<std::string> failures;
  bool passed() const { return failures.empty(); }
  std::string text() const;
};

/// Checks everything that the engine relies on in an op, at random float64 inputs of these shapes (batch axis included,
/// at least 2; keep them small: parameters are moved one by one):
///
///   * forward against options.reference;
///   * tangent_forward against central differences of forward (sixth order, step eps^(1/7));
///   * <y_bar, y_dot> = <x_bar, x_dot>;
///   * theta_bar against differences of <y_bar, y>, entry by entry;
///   * tangent_backward, for inputs and parameters, against differences of backward, moving x and y_bar together. (A
///     symmetric Hessian alone does not catch a wrong phi'', which is symmetric too.)
///   * gradients are added to what is there; passes without parameter work and without input adjoints give the same
///     rest; so does every Keep;
///   * non-contiguous inputs, channels-last inputs, a batch of one; inputs stay untouched;
///   * wrong shapes are rejected in every pass;
///   * float32, bfloat16, and CUDA where there is one, against float64;
///   * NaN and infinities come through or are rejected, 0 and denormals are ordinary numbers (check_edges.h).
///
/// The only derivative test that a new op needs.
CheckReport check_op(const Op& op, const std::vector<Shape>& shapes, const CheckOptions& options = {});

}  // namespace mdsm
