#pragma once

#include "mdsm/base/tensor.h"
#include "mdsm/engine/ops/conv.h"

namespace mdsm {

/// The kernel that runs for a kernel of the network, in the type and layout that convolutions want (channels-last):
/// with mean_pool (out, in, 4, 4), the 3x3 kernel convolved with the 2x2 box / 4 (F1); with upsample (in, out, 4, 4),
/// the flipped 3x3 kernel convolved with the 2x2 box (F2); else the kernel itself.
Tensor fold_kernel(Fold fold, const Tensor& kernel, at::ScalarType type);

/// out += the adjoint of fold_kernel: from the gradient of the kernel that runs, float32 or float64, to that of the
/// network's (F3).
void add_unfolded(Fold fold, const Tensor& gradient, const Tensor& out);

}  // namespace mdsm
