#pragma once

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// LibTorch's autograd records until the end of the scope, whatever the caller's grad or inference mode.
struct RecordingScope {
  c10::InferenceMode inference{false};
  c10::AutoGradMode gradients{true};
};

/// An alias of x that records gradients: the caller's tensor stays as it is.
Tensor as_leaf(const Tensor& x);

/// A tensor that autograd may keep: x without its history, a copy where it was made in inference mode.
Tensor as_constant_direction(const Tensor& x);

/// What will be differentiated again after differentiated().
enum class Again {
  nothing,
  outputs,              ///< the same outputs, along other directions
  outputs_and_results,  ///< and what is returned: second derivatives
};

/// sum_i <directions_i, outputs_i> differentiated to each of `wanted`: zeros where nothing depends on it. Outputs that
/// record nothing are left out.
Tensors differentiated(const Tensors& outputs, const Tensors& directions, const Tensors& wanted,
                       Again again = Again::nothing);

}  // namespace mdsm
