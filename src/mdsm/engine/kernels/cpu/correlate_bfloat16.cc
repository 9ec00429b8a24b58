// bfloat16 register blocks and packing with the processor's own dot product, AVX-512 BF16: sum += a0 b0 + a1 b1 in
// float32. Highway 1.0 has no such instruction (its ReorderWidenMulAccumulate unpacks to float32 first), so this file
// names it, inside a region of target attributes that is entered only where the processor has it.
#include "mdsm/engine/kernels/cpu/correlate.h"
#include "mdsm/engine/kernels/cpu/pack.h"
#include "mdsm/system/simd_limit.h"

#if defined(__x86_64__)

#include <hwy/base.h>
#include <immintrin.h>

HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")
namespace mdsm::kernels::avx512_bf16 {

struct Bfloat16Ops {
  using Vector = __m512;
  static constexpr int64_t kLanes = 16;
  static constexpr int kRegisters = 32;

  static HWY_INLINE Vector load(const Cell* cells) { return _mm512_loadu_ps(cells); }
  static HWY_INLINE Vector broadcast(const Cell* cell) {
    return _mm512_castsi512_ps(_mm512_set1_epi32(static_cast<int>(*cell)));
  }
  static HWY_INLINE Vector load_sum(const float* sum) { return _mm512_loadu_ps(sum); }
  static HWY_INLINE void store_sum(Vector sum, float* memory) { _mm512_storeu_ps(memory, sum); }
  static HWY_INLINE Vector multiply_add(Vector sum, Vector a, Vector b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
};

#include "mdsm/engine/kernels/cpu/correlate-inl.h"

void correlate(const Correlation& at) { correlate_any<Bfloat16Ops>(at); }
void correlate_patches(const PatchCorrelation& at) { correlate_patches_any<Bfloat16Ops>(at); }

HWY_INLINE __m512i widened(const uint16_t* source, __mmask16 lanes) {
  return _mm512_maskz_cvtepu16_epi32(lanes, _mm256_maskz_loadu_epi16(lanes, source));
}

/// Low half of a cell from a, high half from b; `lanes` selects the channels that exist, `stored` those of the block.
void interleave(const PackRun& run, int64_t begin, __mmask16 lanes, __mmask16 stored, Cell* cells) {
  const auto* a = static_cast<const uint16_t*>(run.a) + begin;
  const auto* b = run.b ? static_cast<const uint16_t*>(run.b) + begin : a;
  const __mmask16 lanes_b = run.b ? lanes : static_cast<__mmask16>(0);
  for (int64_t p = 0; p < run.pixels; ++p, cells += run.width, a += run.step, b += run.step) {
    const __m512i high = _mm512_maskz_slli_epi32(lanes_b, widened(b, lanes_b), 16);
    _mm512_mask_storeu_epi32(cells, stored, _mm512_or_si512(widened(a, lanes), high));
  }
}

void pack_couples(const PackRun& run) {
  const auto stored = static_cast<__mmask16>((1u << run.width) - 1);
  for (int64_t begin = 0; begin < run.channels; begin += run.width) {
    const int64_t count = std::min(run.width, run.channels - begin);
    const auto lanes = static_cast<__mmask16>((1u << count) - 1);
    interleave(run, begin, lanes, stored, run.cells + begin / run.width * run.block_stride);
  }
}

}  // namespace mdsm::kernels::avx512_bf16
HWY_POP_ATTRIBUTES

namespace mdsm::kernels {

bool has_bfloat16_kernel() {
  static const bool has = simd_limit() == SimdLimit::none && __builtin_cpu_supports("avx512bf16") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq");
  return has;
}
CorrelationKernel bfloat16_kernel() {
  return {"AVX-512 BF16", true, avx512_bf16::correlate, avx512_bf16::correlate_patches};
}
void pack_bfloat16_couples(const PackRun& run) { avx512_bf16::pack_couples(run); }

}  // namespace mdsm::kernels

#else

namespace mdsm::kernels {

bool has_bfloat16_kernel() { return false; }
CorrelationKernel bfloat16_kernel() { return float_kernel(); }
void pack_bfloat16_couples(const PackRun& run) { pack(Packing::float_from_bfloat16, run); }

}  // namespace mdsm::kernels

#endif
