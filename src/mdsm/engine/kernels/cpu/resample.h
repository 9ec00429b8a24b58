#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm::kernels {

/// factor times the sum over 2x2 pixels: (B, C, H, W) -> (B, C, H/2, W/2), even sides. The mean has factor 1/4, the
/// adjoint of repeat_2x2 has 1. One pass over memory for channels-last float32 and bfloat16 on the CPU.
Tensor sum_2x2(const Tensor& x, float factor);

/// factor times every pixel, four times: (B, C, H, W) -> (B, C, 2H, 2W). Likewise.
Tensor repeat_2x2(const Tensor& x, float factor);

}  // namespace mdsm::kernels
