#include "mdsm/energy/networks/mlp.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/initial_weights.h"
#include "mdsm/engine/layers.h"
#include "mdsm/engine/ops/flatten.h"

namespace mdsm {
namespace {

/// f(z) with Head::denoising
Slot add_denoiser(Graph& graph, Slot z, const MlpSpec& spec) {
  const auto phi = [&](Slot h) { return add_pointwise(graph, h, spec.activation); };
  Slot h = add_linear(graph, z, spec.width, "in");
  for (int64_t i = 0; i < spec.depth; ++i) {
    const std::string name = fmt::format("blocks.{}", i);
    const Slot a = add_linear(graph, phi(h), spec.width, name + ".a");
    h = add_sum(graph, h, add_linear(graph, phi(a), spec.width, name + ".b"));
  }
  return add_linear(graph, phi(h), element_count(spec.datum_shape), "out");
}

}  // namespace

Graph mlp_graph(const MlpSpec& spec) {
  require(!spec.datum_shape.empty() && element_count(spec.datum_shape) >= 1,
          "mlp: data of shape {} (nothing to look at).", to_text(spec.datum_shape));
  require(spec.depth >= 1 && spec.width >= 1, "mlp: {} layers of width {} (at least 1 of each).", spec.depth,
          spec.width);
  Graph graph({spec.datum_shape});
  Slot h = graph.input(0);
  if (spec.datum_shape.size() > 1) h = graph.add(std::make_shared<Flatten>(), {h});
  if (spec.head == Head::denoising) {
    add_denoising_energy(graph, h, {.floor = spec.floor}, spec.sigma0,
                         [&](Graph& part, Slot z) { return add_denoiser(part, z, spec); });
    return graph;
  }
  for (int64_t i = 0; i < spec.depth; ++i) {
    if (i > 0) h = add_pointwise(graph, h, spec.activation);
    h = add_linear(graph, h, spec.width, fmt::format("layers.{}", i));
  }
  add_head(graph, h, spec.head, spec.activation);
  return graph;
}

Parameters mlp_parameters(const MlpSpec& spec, uint64_t seed) {
  Parameters parameters = draw_parameters(parameter_shapes_of(mlp_graph(spec)), seed);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters.name(i).ends_with(".b.weight")) parameters[i].zero_();
  }
  return parameters;
}

}  // namespace mdsm
