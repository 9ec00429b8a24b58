#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm::kernels {

/// Whether the kernels that walk over pixels take this tensor: channels-last float32 or bfloat16 on the CPU.
inline bool has_simd_layout(const Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) &&
         x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace mdsm::kernels
