#include "mdsm/engine/kernels/cpu/peak.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/cpu/pack.h"

namespace mdsm {
namespace {

constexpr int kTrials = 20;
constexpr int kSweeps = 1500;
constexpr int64_t kRows = 8, kColumns = 32;

/// Sums zeros over and over: (kRows, kColumns) pixels, three taps, one block of channels.
void sweep_repeatedly(const kernels::CorrelationKernel& kernel) {
  const int64_t pitch = (kColumns + 2) * kernels::kChannelsY;
  const Tensor x = at::zeros({kRows * kColumns * kernels::kChannelsX}, at::kInt);
  const Tensor y = at::zeros({kRows * pitch}, at::kInt);
  const Tensor sums = at::zeros({kernels::kMaxTaps * kernels::kChannelsX * kernels::kChannelsY}, at::kFloat);
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    kernel.correlate({.x = reinterpret_cast<const kernels::Cell*>(x.const_data_ptr<int>()),
                      .y = reinterpret_cast<const kernels::Cell*>(y.const_data_ptr<int>()) + 2 * kernels::kChannelsY,
                      .sums = sums.mutable_data_ptr<float>(),
                      .planes = 1,
                      .rows = kRows,
                      .columns = kColumns,
                      .x_plane = 0,
                      .x_row = kColumns * kernels::kChannelsX,
                      .y_plane = 0,
                      .y_row = pitch,
                      .taps = kernels::kMaxTaps,
                      .blocks = 1,
                      .y_block = 0,
                      .sums_block = 0});
  }
}

}  // namespace

double arithmetic_peak(at::ScalarType type) {
  require(type == at::kBFloat16 || type == at::kFloat,
          "arithmetic_peak: the type {} has no kernel (bfloat16 and float32 have). Pass one of them.", toString(type));
  const kernels::Packing packing = kernels::packing_for(type);
  const kernels::CorrelationKernel kernel = kernels::kernel_for(packing);
  const int threads = at::get_num_threads();
  double seconds = 1e30;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto start = std::chrono::steady_clock::now();
    at::parallel_for(0, threads, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) sweep_repeatedly(kernel);
    });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    seconds = std::min(seconds, taken.count());
  }
  const int64_t images = packing == kernels::Packing::bfloat16_couples ? 2 : 1;
  const int64_t products =
      images * kRows * kColumns * kernels::kMaxTaps * kernels::kChannelsX * kernels::kChannelsY * kSweeps * threads;
  return 2e-9 * static_cast<double>(products) / seconds;
}

}  // namespace mdsm
