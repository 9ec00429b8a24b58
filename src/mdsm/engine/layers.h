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

/// What the scale s of a denoising energy is the root mean square of.
enum class ScaleOf : uint8_t {
  contents,  ///< x itself: s tells dark data from bright ones
  detail,    ///< an image's second differences: s is near the size of its noise, so that z has noise near 1
};

/// s^2 = mean(u^2) + floor, u what it is of.
struct DenoisingScale {
  ScaleOf of = ScaleOf::contents;
  double floor = 0.1;  ///< in squared units of the data: keeps z bounded where there is nothing
};

/// s(x), one a datum.
/// \throws Error unless floor is above 0, or for ScaleOf::detail of data that are no images
Slot add_denoising_scale(Graph& graph, Slot x, const DenoisingScale& scale);

/// The energy of a denoiser f: E(x) = s^2/(2 sigma0^2) ||z - f(z)||^2, z = x/s. Then x - sigma0^2 grad E(x) is a denoised x
/// whatever sigma0 is.
/// \param network  appends f to the graph: takes z, gives f(z) of the same shape
/// \throws Error unless floor and sigma0 are above 0
Slot add_denoising_energy(Graph& graph, Slot x, const DenoisingScale& scale, double sigma0,
                          const std::function<Slot(Graph& graph, Slot z)>& network);

/// Its last step: s^2/(2 sigma0^2) ||z - f||^2.
Slot add_denoising_head(Graph& graph, Slot z, Slot f, Slot s, double sigma0);

/// Names, shapes and fan-in of all parameters of a graph, in order of first use; a bias follows its weight.
std::vector<ParameterShape> parameter_shapes_of(const Graph& graph);

}  // namespace mdsm
