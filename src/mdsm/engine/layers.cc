#include "mdsm/engine/layers.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/denoising_head.h"
#include "mdsm/engine/ops/linear.h"
#include "mdsm/engine/ops/linear_head.h"
#include "mdsm/engine/ops/multiply.h"
#include "mdsm/engine/ops/pointwise.h"
#include "mdsm/engine/ops/quadratic_head.h"
#include "mdsm/engine/ops/resample.h"
#include "mdsm/engine/ops/scale.h"
#include "mdsm/engine/ops/second_differences.h"
#include "mdsm/engine/ops/sum.h"

namespace mdsm {

Slot add_conv(Graph& graph, Slot x, const ConvSizes& sizes, Bias bias, const std::string& name) {
  std::vector<std::string> parameters{name + ".weight"};
  if (bias == Bias::learned) parameters.push_back(name + ".bias");
  return graph.add(std::make_shared<Conv>(sizes, bias), {x}, parameters);
}

Slot add_linear(Graph& graph, Slot x, int64_t out, const std::string& name) {
  const int64_t in = element_count(graph.datum_shape(x));
  return graph.add(std::make_shared<Linear>(in, out, Bias::learned), {x}, {name + ".weight", name + ".bias"});
}

Slot add_pointwise(Graph& graph, Slot x, std::string_view function) {
  return graph.add(std::make_shared<Pointwise>(pointwise_function(function)), {x});
}

Slot add_sum(Graph& graph, Slot a, Slot b) { return graph.add(std::make_shared<Sum>(), {a, b}); }

Slot add_concat(Graph& graph, Slot a, Slot b) { return graph.add(std::make_shared<Concat>(), {a, b}); }

Slot add_mean_pool(Graph& graph, Slot x) { return graph.add(std::make_shared<MeanPool>(), {x}); }

Slot add_upsample(Graph& graph, Slot x) { return graph.add(std::make_shared<Upsample>(), {x}); }

Slot add_quadratic_head(Graph& graph, Slot h, const std::string& name) {
  std::vector<std::string> parameters;
  for (const char* part : {".a", ".c", ".d"}) {
    parameters.push_back(name + part + ".weight");
    parameters.push_back(name + part + ".bias");
  }
  return graph.add(std::make_shared<QuadraticHead>(element_count(graph.datum_shape(h))), {h}, parameters);
}

Slot add_linear_head(Graph& graph, Slot h, const std::string& name) {
  return graph.add(std::make_shared<LinearHead>(element_count(graph.datum_shape(h))), {h},
                   {name + ".w.weight", name + ".w.bias"});
}

Slot add_denoising_head(Graph& graph, Slot z, Slot f, Slot s, double sigma0) {
  require(sigma0 > 0 && std::isfinite(sigma0), "denoising energy: sigma0 is {} (expected a number above 0).", sigma0);
  const Slot energy = graph.add(std::make_shared<DenoisingHead>(), {z, f, s});
  if (sigma0 == 1) return energy;
  return graph.add(std::make_shared<Multiply>(1 / (sigma0 * sigma0)), {energy});
}

Slot add_denoising_scale(Graph& graph, Slot x, const DenoisingScale& scale) {
  const Slot u = scale.of == ScaleOf::detail ? graph.add(std::make_shared<SecondDifferences>(), {x}) : x;
  return graph.add(std::make_shared<RootMeanSquare>(scale.floor), {u});
}

Slot add_denoising_energy(Graph& graph, Slot x, const DenoisingScale& scale, double sigma0,
                          const std::function<Slot(Graph& graph, Slot z)>& network) {
  const Slot s = add_denoising_scale(graph, x, scale);
  const Slot z = graph.add(std::make_shared<DivideByScale>(), {x, s});
  return add_denoising_head(graph, z, network(graph, z), s, sigma0);
}

std::vector<ParameterShape> parameter_shapes_of(const Graph& graph) {
  std::vector<ParameterShape> shapes;
  int64_t fan_in = 1;
  for (auto& [name, shape] : graph.parameters()) {
    if (shape.size() > 1) fan_in = element_count(shape) / shape[0];
    shapes.push_back({name, shape, fan_in});
  }
  return shapes;
}

}  // namespace mdsm
