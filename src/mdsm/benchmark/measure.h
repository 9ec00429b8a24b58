#pragma once

#include <string>
#include <vector>

#include "mdsm/benchmark/cases.h"

namespace mdsm {

/// Seconds of several runs of one thing.
struct Seconds {
  double min = 0;
  double median = 0;
};

/// Bytes and page faults of the steady state: what one training step asks of the system once its buffers exist.
struct SteadyState {
  double page_faults = 0;      ///< a step, of the whole process
  double requested_bytes = 0;  ///< a step, by tensors of 64 KiB and more
};

/// What one case took.
struct BenchmarkResult {
  std::string name;
  std::string precision;  ///< "bf16" or "fp32"
  Seconds step;           ///< linearize, loss, pull_back, Adam and moving average
  Seconds gradient;
  double step_gflop = 0;    ///< 10^9 operations of the ops that run, folds included
  double peak_share = 0;    ///< step_gflop over step.min, as a part of convolution_peak(): left to the caller
  int64_t peak_bytes = 0;   ///< resident, above the process before the network is made
  double images_per_s = 0;  ///< batch over step.min
  SteadyState steady;
};

struct BenchmarkOptions {
  int runs = 10;
  GraphOptions graph;
};

/// Trains and samples for a few steps and says how long they take. The network's first weights, a batch of noise.
BenchmarkResult measure(const BenchmarkCase& what, const BenchmarkOptions& options);

/// What convolution reaches on this machine with all threads, in 10^9 operations a second: the best of a few shapes,
/// forward, by the fastest method of each.
double convolution_peak(at::ScalarType type);

}  // namespace mdsm
