#pragma once

#include "mdsm/base/tensor.h"

/// The passes of Pointwise on a card, each one loop over memory: as those of kernels/cpu/pointwise.h, by the kernels of
/// pointwise.cu. They run on the card's current stream, and nothing waits for them.
namespace mdsm::kernels::card {

/// Whether the kernels take these tensors: on one card, all float32 or all bfloat16, dense, laid out alike, and beginning at
/// a multiple of sixteen bytes. Undefined tensors are left out of account.
bool fits_pointwise(const Tensors& tensors);

/// phi(x)
Tensor pointwise_forward(size_t phi, const Tensor& x);
/// phi' d + onto
Tensor pointwise_slope(size_t phi, const Tensor& read, const Tensor& d, const Tensor& onto);
/// phi' y_bar_dot + phi'' x_dot y_bar + onto
Tensor pointwise_bend(size_t phi, const Tensor& read, const Tensor& read_dot, const Tensor& y_bar,
                      const Tensor& y_bar_dot, const Tensor& onto);

/// Blocks of kGridThreads threads for this many bytes: a packet of sixteen a thread, until the card is full many times over.
int64_t blocks_for(int64_t bytes, int processors);
inline constexpr int64_t kGridThreads = 256;  // __launch_bounds__ in pointwise.cu

}  // namespace mdsm::kernels::card
