#include "mdsm/energy/layers.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/ops/concat.h"
#include "mdsm/energy/ops/linear.h"
#include "mdsm/energy/ops/linear_head.h"
#include "mdsm/energy/ops/quadratic_head.h"
#include "mdsm/energy/ops/resample.h"
#include "mdsm/energy/ops/sum.h"

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

Slot add_pointwise(Graph& graph, Slot x, const PointwiseFunction& function) {
  return graph.add(std::make_shared<Pointwise>(function), {x});
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

}  // namespace mdsm
