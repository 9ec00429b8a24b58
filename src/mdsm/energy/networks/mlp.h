#pragma once

#include "mdsm/energy/networks/heads.h"
#include "mdsm/engine/parameters.h"

namespace mdsm {

/// A multi-layer perceptron as an energy, for vectors.
///
/// With a head on features: h = L_depth(phi(L_(depth-1)(... phi(L_1(x))))), E = head(h). As in the residual networks no
/// activation stands before the head. So E grows quadratically with the quadratic head, and with depth 1 it is a
/// quadratic form: a Gaussian.
///
/// With Head::denoising: E = s^2/(2 sigma0^2) ||z - f(z)||^2 (layers.h), where f is residual: h = in(z), depth blocks
/// h <- h + b(phi(a(phi(h)))), f(z) = out(phi(h)).
struct MlpSpec {
  Shape datum_shape{2};  ///< (D); data of other shapes are flattened
  int64_t width = 64;    ///< outputs of every layer
  int64_t depth = 3;     ///< layers, or residual blocks, at least 1
  Head head = Head::quadratic;
  std::string activation = "elu";  ///< a row of pointwise_functions()
  double floor = 0.1;              ///< Head::denoising: of s^2, in squared units of the data
  double sigma0 = 1;               ///< Head::denoising: the energy's unit
};

/// The list of ops. Parameters: layers.0.weight (width, D), layers.0.bias, ..., head.a.weight, ...; with
/// Head::denoising in.weight (width, D), in.bias, blocks.0.a.weight, ..., blocks.0.b.bias, ..., out.weight (D, width),
/// out.bias: PyTorch's layouts.
/// \throws Error for a depth or width below 1, an empty datum, or an unknown activation
Graph mlp_graph(const MlpSpec& spec);

/// First weights: PyTorch's defaults, drawn by draw_parameters; zero for every blocks.N.b.weight.
Parameters mlp_parameters(const MlpSpec& spec, uint64_t seed);

}  // namespace mdsm
