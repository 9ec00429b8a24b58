#pragma once

#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// A detached float64 CPU copy of a constant of an analytic energy; `what` opens the error text.
/// \throws Error unless it has elements and all are finite
Tensor as_constant(const Tensor& value, std::string_view what);

/// The same, broadcast to `shape`.
/// \throws Error unless it broadcasts and all elements are positive
Tensor as_positive_constant(const Tensor& value, at::IntArrayRef shape, std::string_view what);

/// Returns `value`, a scalar constant.
/// \throws Error unless it is positive and finite
double require_positive(double value, std::string_view what);

}  // namespace mdsm
