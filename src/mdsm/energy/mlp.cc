#include "mdsm/energy/mlp.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

std::string layer_name(int64_t index) { return fmt::format("layers.{}", index); }

}  // namespace

std::vector<ParameterShape> mlp_parameter_shapes(const MlpSpec& spec) {
  require(!spec.datum_shape.empty() && element_count(spec.datum_shape) >= 1,
          "mlp: data of shape {} (nothing to look at).", to_text(spec.datum_shape));
  require(spec.depth >= 1 && spec.width >= 1, "mlp: {} layers of width {} (at least 1 of each).", spec.depth,
          spec.width);
  std::vector<ParameterShape> shapes;
  int64_t in = element_count(spec.datum_shape);
  for (int64_t i = 0; i < spec.depth; ++i) {
    append_linear(shapes, layer_name(i), in, spec.width);
    in = spec.width;
  }
  append_head(shapes, spec.head, spec.width);
  return shapes;
}

Parameters mlp_parameters(const MlpSpec& spec, uint64_t seed) {
  return draw_parameters(mlp_parameter_shapes(spec), seed);
}

int64_t mlp_kept_scalars(const MlpSpec& spec) {
  return 2 * element_count(spec.datum_shape) + (2 + 2 + 2) * spec.depth * spec.width;
}

Tensor mlp_energy(const MlpSpec& spec, const Tensor& x, const Parameters& theta) {
  require_batch(x, spec.datum_shape, "mlp");
  Tensor h = x.flatten(1);
  for (int64_t i = 0; i < spec.depth; ++i) {
    if (i > 0) h = activate(spec.activation, h);
    h = at::linear(h, theta.at(layer_name(i) + ".weight"), theta.at(layer_name(i) + ".bias"));
  }
  return head_energy(spec.head, spec.activation, h, theta);
}

}  // namespace mdsm
