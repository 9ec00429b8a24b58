#include "mdsm/engine/kernels/cpu/channel_sums.h"

#include <ATen/Parallel.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "mdsm/engine/kernels/cpu/channel_sums.cc"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

#include "mdsm/engine/kernels/cpu/simd-inl.h"
#include "mdsm/engine/kernels/cpu/simd_layout.h"
#include "mdsm/engine/kernels/cpu/split.h"

HWY_BEFORE_NAMESPACE();
namespace mdsm::kernels::HWY_NAMESPACE {

/// sums[c] = sum over rows of x[row channels + c], for channels that whole vectors cover.
template <class T> void sum_rows(const T* x, int64_t rows, int64_t channels, float* sums) {
  const auto lanes = static_cast<int64_t>(hn::Lanes(Floats()));
  for (int64_t c = 0; c < channels; c += lanes) {
    // Two sums, so that additions do not wait for each other.
    FloatVector even = hn::Zero(Floats());
    FloatVector odd = hn::Zero(Floats());
    int64_t row = 0;
    for (; row + 2 <= rows; row += 2) {
      even = hn::Add(even, load(x + row * channels + c));
      odd = hn::Add(odd, load(x + (row + 1) * channels + c));
    }
    if (row < rows) even = hn::Add(even, load(x + row * channels + c));
    hn::StoreU(hn::Add(even, odd), Floats(), sums + c);
  }
}

int64_t lane_count() { return static_cast<int64_t>(hn::Lanes(Floats())); }
void sum_rows_f32(const float* x, int64_t rows, int64_t channels, float* sums) { sum_rows(x, rows, channels, sums); }
void sum_rows_bf16(const c10::BFloat16* x, int64_t rows, int64_t channels, float* sums) {
  sum_rows(x, rows, channels, sums);
}

}  // namespace mdsm::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mdsm::kernels {
namespace {

HWY_EXPORT(lane_count);
HWY_EXPORT(sum_rows_f32);
HWY_EXPORT(sum_rows_bf16);

constexpr int64_t kParts = 64;  // partial sums, added up in order

bool has_kernel(const Tensor& x) { return has_simd_layout(x) && x.size(1) % HWY_DYNAMIC_DISPATCH(lane_count)() == 0; }

}  // namespace

Tensor channel_sums(const Tensor& x) {
  if (!has_kernel(x)) return x.sum({0, 2, 3}, false, x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
  const int64_t channels = x.size(1);
  const int64_t rows = x.numel() / channels;
  const Tensor partial = at::empty({kParts, channels}, at::kFloat);
  at::parallel_for(0, kParts, kParts / 4, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      const Range range = part_of(rows, part, kParts);
      float* sums = partial.mutable_data_ptr<float>() + part * channels;
      if (x.scalar_type() == at::kFloat) {
        HWY_DYNAMIC_DISPATCH(sum_rows_f32)
        (x.const_data_ptr<float>() + range.begin * channels, range.size(), channels, sums);
      } else {
        HWY_DYNAMIC_DISPATCH(sum_rows_bf16)
        (x.const_data_ptr<c10::BFloat16>() + range.begin * channels, range.size(), channels, sums);
      }
    }
  });
  return partial.sum(0);
}

}  // namespace mdsm::kernels
#endif
