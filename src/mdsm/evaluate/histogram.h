#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Counts of several samples in the same bins.
struct Histogram {
  Tensor edges;                    ///< (bins + 1) float64
  std::vector<std::string> names;  ///< one a sample
  Tensor counts;                   ///< (samples, bins) int64; every value is in a bin

  /// "low,high,NAME,NAME,..." and a line a bin.
  std::string csv() const;
};

/// One sample, for shared_histogram.
struct NamedValues {
  std::string name;
  Tensor values;  ///< (N), finite
};

/// Equal bins from the smallest to the largest value of all samples.
/// \throws Error unless there is a sample, each has a value and all are finite, and bins >= 1
Histogram shared_histogram(const std::vector<NamedValues>& samples, int64_t bins);

}  // namespace mdsm
