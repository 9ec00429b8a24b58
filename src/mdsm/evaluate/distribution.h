#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What is told of many numbers.
struct Distribution {
  int64_t count = 0;
  double mean = 0;
  double deviation = 0;  ///< divided by count - 1; 0 of a single number
  double least = 0;
  double q05 = 0;  ///< quantiles, linear between two numbers
  double q25 = 0;
  double median = 0;
  double q75 = 0;
  double q95 = 0;
};

/// \param values  (N), N >= 1
Distribution distribution_of(const Tensor& values);

}  // namespace mdsm
