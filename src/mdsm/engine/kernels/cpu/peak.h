#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What this machine can reach: 10^9 multiplications and additions a second of our convolution kernel for this type,
/// on all threads, operands in the first-level cache. The best of several trials of some milliseconds each; other load
/// on the machine lowers it.
/// \param type  bfloat16 or float32
double arithmetic_peak(at::ScalarType type);

}  // namespace mdsm
