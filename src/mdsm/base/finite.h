#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Whether every number is finite; true for a tensor that is undefined or empty.
bool all_finite(const Tensor& values);

/// Places at which a mask (B) is set, in order; none if it is undefined.
std::vector<int64_t> rows_where(const Tensor& mask);

/// Places of the data of a batch (B, ...) that hold a number that is not finite, in order.
std::vector<int64_t> rows_not_finite(const Tensor& batch);

}  // namespace mdsm
