#pragma once

namespace mdsm {

/// The most that this library's own kernels use of the processor.
enum class SimdLimit { none, avx2, sse4 };

/// What the environment variable MDSM_SIMD says (avx2, sse4; nothing: all there is), read when the library is loaded.
///
/// It is for trying on one machine what another one computes. Numbers then agree to rounding, not to the bit. LibTorch and
/// oneDNN have limits of their own: ATEN_CPU_CAPABILITY (avx2, default) and ONEDNN_MAX_CPU_ISA (AVX2, SSE41).
/// \throws Error for another word; set_up_process calls this
SimdLimit simd_limit();

}  // namespace mdsm
