#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm::kernels {

/// Whether the fused passes run on these tensors: on the CPU, all float32 or all bfloat16, dense and laid out alike.
/// Undefined tensors are left out of account.
bool fits_pointwise(const Tensors& tensors);

/// The passes of Pointwise, each one loop over memory. `phi` is a row of the table in ops/phi-inl.h, `read` what that row
/// says: the output of ELU, the input of SiLU. `onto`, if defined, is added before rounding.

/// phi(x)
Tensor pointwise_forward(size_t phi, const Tensor& x);
/// phi' d + onto
Tensor pointwise_slope(size_t phi, const Tensor& read, const Tensor& d, const Tensor& onto);
/// phi' y_bar_dot + phi'' x_dot y_bar + onto
Tensor pointwise_bend(size_t phi, const Tensor& read, const Tensor& read_dot, const Tensor& y_bar,
                      const Tensor& y_bar_dot, const Tensor& onto);

}  // namespace mdsm::kernels
