#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Pointwise non-linearities of energies. Both have a continuous derivative, without which grad_x E would jump.
enum class Activation {
  elu,   ///< z where z > 0, else exp(z) - 1 (Clevert et al. 2016, arXiv:1511.07289)
  silu,  ///< z / (1 + exp(-z)) (Elfwing et al. 2017, arXiv:1702.03118)
};

/// {"elu", "silu"}
const std::vector<std::string>& activation_names();
/// \throws Error that names the nearest name
Activation activation_from_name(const std::string& name);

Tensor activate(Activation activation, const Tensor& z);

}  // namespace mdsm
