#include "mdsm/engine/kernels/cpu/resample.h"

#include <ATen/Parallel.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "mdsm/engine/kernels/cpu/resample.cc"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include "mdsm/engine/kernels/cpu/simd-inl.h"
#include "mdsm/engine/kernels/cpu/simd_layout.h"

HWY_BEFORE_NAMESPACE();
namespace mdsm::kernels::HWY_NAMESPACE {

/// A row of `pixels` sums from two rows of 2 `pixels`.
template <class T> void sum_row(const T* top, int64_t pixels, int64_t channels, float factor, T* out) {
  const T* bottom = top + 2 * pixels * channels;
  const FloatVector scale = hn::Set(Floats(), factor);
  const auto add = [&](FloatVector a, FloatVector b, FloatVector c, FloatVector d)
                       HWY_ATTR { return hn::Mul(hn::Add(hn::Add(a, b), hn::Add(c, d)), scale); };
  for (int64_t p = 0; p < pixels; ++p) {
    const int64_t left = 2 * p * channels;
    transform(channels, out + p * channels, add, top + left, top + left + channels, bottom + left,
              bottom + left + channels);
  }
}

/// Two rows of 2 `pixels` from a row of `pixels`.
template <class T> void repeat_row(const T* x, int64_t pixels, int64_t channels, float factor, T* top) {
  const FloatVector scale = hn::Set(Floats(), factor);
  const auto scaled = [&](FloatVector a) HWY_ATTR { return hn::Mul(a, scale); };
  for (int64_t p = 0; p < pixels; ++p) {
    T* left = top + 2 * p * channels;
    transform(channels, left, scaled, x + p * channels);
    std::copy_n(left, channels, left + channels);
  }
  std::copy_n(top, 2 * pixels * channels, top + 2 * pixels * channels);
}

using BFloat16 = c10::BFloat16;
void sum_row_f32(const float* top, int64_t pixels, int64_t channels, float factor, float* out) {
  sum_row(top, pixels, channels, factor, out);
}
void sum_row_bf16(const BFloat16* top, int64_t pixels, int64_t channels, float factor, BFloat16* out) {
  sum_row(top, pixels, channels, factor, out);
}
void repeat_row_f32(const float* x, int64_t pixels, int64_t channels, float factor, float* out) {
  repeat_row(x, pixels, channels, factor, out);
}
void repeat_row_bf16(const BFloat16* x, int64_t pixels, int64_t channels, float factor, BFloat16* out) {
  repeat_row(x, pixels, channels, factor, out);
}

}  // namespace mdsm::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mdsm::kernels {
namespace {

HWY_EXPORT(sum_row_f32);
HWY_EXPORT(sum_row_bf16);
HWY_EXPORT(repeat_row_f32);
HWY_EXPORT(repeat_row_bf16);

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;
constexpr int64_t kGrain = 1 << 14;  // entries a task

/// Calls row(type tag, index) for every row of the coarse image, in parallel.
template <class Row> void over_rows(const Tensor& coarse, const Row& row) {
  const int64_t entries = coarse.size(1) * coarse.size(3);
  at::parallel_for(0, coarse.size(0) * coarse.size(2), std::max<int64_t>(1, kGrain / (5 * entries)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end; ++i) {
                       if (coarse.scalar_type() == at::kFloat) row(float(), i);
                       else row(c10::BFloat16(), i);
                     }
                   });
}

}  // namespace

Tensor sum_2x2(const Tensor& x, float factor) {
  if (!has_simd_layout(x)) return at::avg_pool2d(x, {2, 2}) * (4.0 * factor);
  const int64_t channels = x.size(1), pixels = x.size(3) / 2;
  const Tensor y = at::empty({x.size(0), channels, x.size(2) / 2, pixels}, x.options(), kChannelsLast);
  over_rows(y, [&](auto tag, int64_t i) {
    using T = decltype(tag);
    const T* top = x.const_data_ptr<T>() + 4 * i * pixels * channels;
    T* out = y.mutable_data_ptr<T>() + i * pixels * channels;
    if constexpr (sizeof(T) == 4) HWY_DYNAMIC_DISPATCH(sum_row_f32)(top, pixels, channels, factor, out);
    else HWY_DYNAMIC_DISPATCH(sum_row_bf16)(top, pixels, channels, factor, out);
  });
  return y;
}

Tensor repeat_2x2(const Tensor& x, float factor) {
  const int64_t channels = x.size(1), pixels = x.size(3);
  const std::array<int64_t, 2> size{2 * x.size(2), 2 * pixels};
  if (!has_simd_layout(x)) return at::upsample_nearest2d(factor == 1 ? x : x * factor, size);
  const Tensor y = at::empty({x.size(0), channels, size[0], size[1]}, x.options(), kChannelsLast);
  over_rows(x, [&](auto tag, int64_t i) {
    using T = decltype(tag);
    const T* row = x.const_data_ptr<T>() + i * pixels * channels;
    T* top = y.mutable_data_ptr<T>() + 4 * i * pixels * channels;
    if constexpr (sizeof(T) == 4) HWY_DYNAMIC_DISPATCH(repeat_row_f32)(row, pixels, channels, factor, top);
    else HWY_DYNAMIC_DISPATCH(repeat_row_bf16)(row, pixels, channels, factor, top);
  });
  return y;
}

}  // namespace mdsm::kernels
#endif
