#pragma once

#include <functional>
#include <string>

#include "mdsm/engine/graph.h"
#include "mdsm/engine/initial_weights.h"
#include "mdsm/engine/ops/conv.h"

namespace mdsm {

/// What networks are built of: each appends one op to the graph and gives its output. Parameters are named
/// "name.weight", "name.bias".

Slot add_conv(Graph& graph, Slot x, const ConvSizes& sizes, Bias bias, const std::string& name);
Slot add_linear(Graph& graph, Slot x, int64_t out, const std::string& name);
/// \param function  name of a row of pointwise_functions()
Slot add_pointwise(Graph& graph, Slot x, std::string_view function);
Slot add_sum(Graph& graph, Slot a, Slot b);
Slot add_concat(Graph& graph, Slot a, Slot b);
Slot add_mean_pool(Graph& graph, Slot x);
Slot add_upsample(Graph& graph, Slot x);
/// "name.a", "name.c", "name.d": E = (a.h + b1)(c.h + b2) + d.(h*h) + b3
Slot add_quadratic_head(Graph& graph, Slot h, const std::string& name);
/// "name.w": E = w.h + b
Slot add_linear_head(Graph& graph, Slot h, const std::string& name);

/// The energy of a denoiser f: E(x) = s^2/(2 sigma0^2) ||z - f(z)||^2, z = x/s, s^2 = mean(x^2) + floor. Then
/// x - sigma0^2 grad E(x) is a denoised x whatever sigma0 is.
/// \param network  appends f to the graph: takes z, gives f(z) of the same shape
/// \throws Error unless floor and sigma0 are above 0
Slot add_denoising_energy(Graph& graph, Slot x, double floor, double sigma0,
                          const std::function<Slot(Graph& graph, Slot z)>& network);

/// Its last step: s^2/(2 sigma0^2) ||z - f||^2.
Slot add_denoising_head(Graph& graph, Slot z, Slot f, Slot s, double sigma0);

/// Names, shapes and fan-in of all parameters of a graph, in order of first use; a bias follows its weight.
std::vector<ParameterShape> parameter_shapes_of(const Graph& graph);

}  // namespace mdsm
