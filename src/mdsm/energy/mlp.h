#pragma once

#include "mdsm/energy/heads.h"

namespace mdsm {

/// A multi-layer perceptron as an energy, for vectors: h = L_depth(phi(L_(depth-1)(... phi(L_1(x))))), E = head(h).
///
/// As in the residual networks no activation stands before the head. So E grows quadratically with the quadratic head,
/// and with depth 1 it is a quadratic form: a Gaussian.
struct MlpSpec {
  Shape datum_shape{2};  ///< (D); data of other shapes are flattened
  int64_t width = 64;    ///< outputs of every layer
  int64_t depth = 3;     ///< layers, at least 1
  Head head = Head::quadratic;
  Activation activation = Activation::elu;
};

/// layers.0.weight (width, D), layers.0.bias, ..., head.a.weight, ...: PyTorch's layouts.
/// \throws Error for a depth or width below 1, or an empty datum
std::vector<ParameterShape> mlp_parameter_shapes(const MlpSpec& spec);

/// First weights: PyTorch's defaults, drawn by draw_parameters.
Parameters mlp_parameters(const MlpSpec& spec, uint64_t seed);

/// E (B) of x (B, datum_shape...), by differentiable ATen calls; x and theta share one type. For AutogradEnergy.
Tensor mlp_energy(const MlpSpec& spec, const Tensor& x, const Parameters& theta);

/// Scalars a datum that double backward of mlp_energy keeps: x and its gradient; input and output of every activation,
/// their adjoints, and the adjoints that the second pass hands from the gradient's graph to the value's.
int64_t mlp_kept_scalars(const MlpSpec& spec);

}  // namespace mdsm
