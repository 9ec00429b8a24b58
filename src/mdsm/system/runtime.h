#pragma once

namespace mdsm {

/// What a process that computes with this library wants of itself.
struct RuntimeOptions {
  int threads = 0;              ///< that compute, at most one a processor; 0: LibTorch's choice, one a core
  bool flush_denormals = true;  ///< system/flush_denormals.h: first gradients would be ten times slower
  bool recycle_buffers = true;  ///< system/recycle.h: tensors' memory is used again, not asked of the system
};

/// Sets up the whole process as the program `mdsm` does: call it once at the start of yours, before the first tensor.
///
/// Speeds then are those that `mdsm bench` measures. A second call may choose other threads; what is on stays on.
/// \throws Error unless threads >= 0, or for a word in MDSM_SIMD that is none (system/simd_limit.h)
void set_up_process(const RuntimeOptions& options = {});

}  // namespace mdsm
