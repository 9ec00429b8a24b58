#include "mdsm/benchmark/measure.h"

#include <ATen/Context.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "mdsm/benchmark/work.h"
#include "mdsm/engine/kernels/conv_passes.h"
#include "mdsm/system/memory.h"
#include "mdsm/system/recycle.h"

namespace mdsm {
namespace {

constexpr int kWarmUps = 3;

template <class Run> Seconds seconds_of(int runs, const Run& run) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  const size_t half = times.size() / 2;
  return {times.front(), times.size() % 2 ? times[half] : (times[half - 1] + times[half]) / 2};
}

int64_t minor_page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

}  // namespace

BenchmarkResult measure(const BenchmarkCase& what, const BenchmarkOptions& options) {
  release_recycled_buffers();
  const int64_t idle = resident_bytes();
  reset_peak_resident_bytes();
  BenchmarkWork work(what, options.graph);
  for (int i = 0; i < kWarmUps; ++i) work.step();

  BenchmarkResult result;
  result.name = what.name;
  result.precision = options.graph.arithmetic == at::kBFloat16 ? "bf16" : "fp32";
  const int64_t faults = minor_page_faults();
  const int64_t requested = recycled_bytes().requested;
  result.step = seconds_of(options.runs, [&] { work.step(); });
  result.steady.page_faults = static_cast<double>(minor_page_faults() - faults) / options.runs;
  result.steady.requested_bytes = static_cast<double>(recycled_bytes().requested - requested) / options.runs;
  result.peak_bytes = peak_resident_bytes() - idle;
  for (int i = 0; i < kWarmUps; ++i) work.gradient();
  result.gradient = seconds_of(options.runs, [&] { work.gradient(); });
  result.step_gflop = 1e-9 * work.energy().step_flops(what.batch);
  result.images_per_s = static_cast<double>(what.batch) / result.step.min;
  return result;
}

double convolution_peak(at::ScalarType type) {
  constexpr int64_t kBatch = 32;
  constexpr int64_t kSide = 32;
  double best = 0;
  for (const int64_t channels : {32, 64, 128}) {
    const ConvGeometry geometry;
    const auto options = at::TensorOptions(type);
    const Tensor x = at::ones({kBatch, channels, kSide, kSide}, options).contiguous(at::MemoryFormat::ChannelsLast);
    const Tensor weight = at::ones({channels, channels, 3, 3}, options).contiguous(at::MemoryFormat::ChannelsLast);
    const double gflop = 2e-9 * static_cast<double>(kBatch * kSide * kSide * channels * channels * 9);
    for (ConvMethod method : forward_methods(geometry, kSide, kSide)) {
      best = std::max(best, gflop / seconds_of(10, [&] { conv_forward(x, weight, Tensor(), geometry, method); }).min);
    }
  }
  return best;
}

}  // namespace mdsm
