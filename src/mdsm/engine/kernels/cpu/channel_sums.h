#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm::kernels {

/// Sums over batch and pixels, (B, C, H, W) -> (C), accumulated in float32 (float64 for float64): the gradient of a
/// bias. One pass over memory for channels-last float32 and bfloat16 on the CPU, LibTorch's reduction otherwise. The
/// order of the sums does not depend on the number of threads.
Tensor channel_sums(const Tensor& x);

}  // namespace mdsm::kernels
