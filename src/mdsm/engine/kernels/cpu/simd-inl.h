// Loads, stores and loops that the kernels share: float32 lanes over float32 or bfloat16 memory.
// Included once for each target by Highway's foreach_target: hence the toggled guard.
#if defined(MDSM_ENERGY_KERNELS_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MDSM_ENERGY_KERNELS_SIMD_INL_H_
#undef MDSM_ENERGY_KERNELS_SIMD_INL_H_
#else
#define MDSM_ENERGY_KERNELS_SIMD_INL_H_
#endif

#include <c10/util/BFloat16.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mdsm::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using FloatVector = hn::Vec<Floats>;

HWY_INLINE FloatVector load(const float* from) { return hn::LoadU(Floats(), from); }

HWY_INLINE FloatVector load(const c10::BFloat16* from) {
  const hn::Rebind<uint16_t, Floats> narrow;
  const hn::Rebind<uint32_t, Floats> wide;
  const auto bits = hn::PromoteTo(wide, hn::LoadU(narrow, reinterpret_cast<const uint16_t*>(from)));
  return hn::BitCast(Floats(), hn::ShiftLeft<16>(bits));
}

HWY_INLINE void store(FloatVector values, float* to) { hn::StoreU(values, Floats(), to); }

/// To nearest, ties to even; NaN stays NaN.
HWY_INLINE void store(FloatVector values, c10::BFloat16* to) {
  const hn::Rebind<uint16_t, Floats> narrow;
  const hn::Rebind<int32_t, Floats> wide_signed;
  const hn::Rebind<uint32_t, Floats> wide;
  const auto bits = hn::BitCast(wide, values);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(wide, 1));
  const auto rounded = hn::Add(bits, hn::Add(odd, hn::Set(wide, 0x7FFF)));
  const auto quiet = hn::Or(bits, hn::Set(wide, 0x400000));
  const auto chosen = hn::IfThenElse(hn::RebindMask(wide, hn::IsNaN(values)), quiet, rounded);
  const auto halves = hn::DemoteTo(narrow, hn::BitCast(wide_signed, hn::ShiftRight<16>(chosen)));
  hn::StoreU(halves, narrow, reinterpret_cast<uint16_t*>(to));
}

/// out[i] = f(in0[i], in1[i], ...) for i < count, a vector at a time; f sees zeros beyond the end.
template <class Out, class F, class... In>
HWY_INLINE void transform(int64_t count, Out* out, const F& f, const In*... in) {
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(Floats()));
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) store(f(load(in + i)...), out + i);
  if (i == count) return;
  const auto partial = [&](const auto* from) {
    HWY_ALIGN float padded[hn::MaxLanes(Floats())] = {};
    for (int64_t k = i; k < count; ++k) padded[k - i] = static_cast<float>(from[k]);
    return hn::Load(Floats(), padded);
  };
  Out rest[hn::MaxLanes(Floats())];
  store(f(partial(in)...), rest);
  std::copy(rest, rest + (count - i), out + i);
}

}  // namespace mdsm::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
