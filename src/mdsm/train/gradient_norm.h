#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// sqrt(sum g^2) of a flat float32 gradient, summed in float64 in a fixed order whatever the number of threads.
/// \return  () float64
Tensor gradient_norm(const Tensor& gradient);

}  // namespace mdsm
