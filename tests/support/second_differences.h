#pragma once

#include <ATen/ATen.h>

namespace mdsm::testing {

/// Convolution with (1, -2, 1) down and across over 6, the outermost pixels repeated.
inline at::Tensor second_differences(const at::Tensor& x) {
  const at::Tensor d = at::tensor({1., -2., 1.}, x.options());
  const int64_t c = x.size(1);
  const at::Tensor kernel = (at::outer(d, d) / 6).expand({c, 1, 3, 3});
  return at::conv2d(at::replication_pad2d(x, {1, 1, 1, 1}), kernel, {}, at::IntArrayRef{1, 1}, at::IntArrayRef{0, 0},
                    at::IntArrayRef{1, 1}, c);
}

}  // namespace mdsm::testing
