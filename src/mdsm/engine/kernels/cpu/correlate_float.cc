// float32 register blocks, compiled by Highway for every vector set of the processor family.
// Vectors of a length known only at run time cannot stand in arrays of sums.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "mdsm/engine/kernels/cpu/correlate_float.cc"
#include <hwy/foreach_target.h>  // includes this file once a target

#include <hwy/highway.h>

#include "mdsm/engine/kernels/cpu/correlate.h"

HWY_BEFORE_NAMESPACE();
namespace mdsm::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

struct FloatOps {
  // No more lanes than a block of output channels, whatever the width of the processor's vectors.
  using Tag = hn::CappedTag<float, kChannelsY>;
  using Vector = hn::Vec<Tag>;
  static constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Tag()));
  static constexpr int kRegisters = kLanes == 16 ? 32 : 16;

  static HWY_INLINE Vector load(const Cell* cells) { return hn::LoadU(Tag(), reinterpret_cast<const float*>(cells)); }
  static HWY_INLINE Vector broadcast(const Cell* cell) { return hn::Set(Tag(), *reinterpret_cast<const float*>(cell)); }
  static HWY_INLINE Vector load_sum(const float* sum) { return hn::LoadU(Tag(), sum); }
  static HWY_INLINE void store_sum(Vector sum, float* memory) { hn::StoreU(sum, Tag(), memory); }
  static HWY_INLINE Vector multiply_add(Vector sum, Vector a, Vector b) { return hn::MulAdd(a, b, sum); }
};

#include "mdsm/engine/kernels/cpu/correlate-inl.h"

void correlate_float(const Correlation& at) { correlate_any<FloatOps>(at); }
void correlate_patches_float(const PatchCorrelation& at) { correlate_patches_any<FloatOps>(at); }

}  // namespace mdsm::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mdsm::kernels {

HWY_EXPORT(correlate_float);
HWY_EXPORT(correlate_patches_float);

CorrelationKernel float_kernel() {
  return {"best float32", false,
          [](const Correlation& at) {
            HWY_DYNAMIC_DISPATCH(correlate_float)
            (at);
          },
          [](const PatchCorrelation& at) {
            HWY_DYNAMIC_DISPATCH(correlate_patches_float)
            (at);
          }};
}

// One namespace a target, of those that this compiler and processor family attain.
std::vector<CorrelationKernel> all_kernels() {
  std::vector<CorrelationKernel> kernels{float_kernel()};
  if (has_bfloat16_kernel()) kernels.push_back(bfloat16_kernel());
  [[maybe_unused]] const int64_t supported = hwy::SupportedTargets();
#if HWY_TARGETS & HWY_AVX3
  if (supported & HWY_AVX3)
    kernels.push_back({"AVX-512", false, N_AVX3::correlate_float, N_AVX3::correlate_patches_float});
#endif
#if HWY_TARGETS & HWY_AVX2
  if (supported & HWY_AVX2)
    kernels.push_back({"AVX2", false, N_AVX2::correlate_float, N_AVX2::correlate_patches_float});
#endif
#if HWY_TARGETS & HWY_SSE4
  if (supported & HWY_SSE4)
    kernels.push_back({"SSE4", false, N_SSE4::correlate_float, N_SSE4::correlate_patches_float});
#endif
#if HWY_TARGETS & HWY_SSSE3
  if (supported & HWY_SSSE3)
    kernels.push_back({"SSSE3", false, N_SSSE3::correlate_float, N_SSSE3::correlate_patches_float});
#endif
  return kernels;
}

}  // namespace mdsm::kernels
#endif
