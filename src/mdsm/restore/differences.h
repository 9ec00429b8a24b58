#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// x_{i+1} - x_i along an axis, 0 for the last: shaped like x.
Tensor forward_difference(const Tensor& x, int64_t axis);

/// Its adjoint: <forward_difference(x), p> = <x, difference_adjoint(p)>.
Tensor difference_adjoint(const Tensor& p, int64_t axis);

}  // namespace mdsm
