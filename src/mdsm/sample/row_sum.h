#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// ||x_b||^2 of each datum, (B) float64: a datum's bits do not depend on its batch (a reduction over all rows at once
/// may split its sums in another way for another number of rows).
inline Tensor row_square_sum(const Tensor& x) {
  const Tensor squares = x.to(at::kDouble).square().flatten(1).contiguous();
  Tensors sums;
  for (int64_t row = 0; row < squares.size(0); ++row) sums.push_back(squares[row].sum());
  return at::stack(sums);
}

}  // namespace mdsm
