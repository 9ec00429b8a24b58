#pragma once

#include "mdsm/base/tensor.h"
#include "mdsm/energy/ops/conv.h"

namespace mdsm {

/// The kernel that runs for a 3x3 kernel (out, in, 3, 3): with mean_pool (out, in, 4, 4), the 3x3 kernel convolved with
/// the 2x2 box / 4 (F1); with upsample (in, out, 4, 4), the flipped 3x3 kernel convolved with the 2x2 box (F2); else
/// itself.
Tensor fold_kernel(Fold fold, const Tensor& kernel);

/// The adjoint of fold_kernel: from the gradient of the kernel that runs to that of the 3x3 kernel, in float32 or wider
/// (F3).
Tensor unfold_gradient(Fold fold, const Tensor& gradient);

}  // namespace mdsm
