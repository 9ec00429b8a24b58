#include "mdsm/energy/networks/mlp.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

std::string layer_name(int64_t index) { return fmt::format("layers.{}", index); }
std::string block_name(int64_t index) { return fmt::format("blocks.{}", index); }

void append_denoiser(std::vector<ParameterShape>& shapes, const MlpSpec& spec) {
  const int64_t size = element_count(spec.datum_shape);
  append_linear(shapes, "in", size, spec.width);
  for (int64_t i = 0; i < spec.depth; ++i) {
    for (const char* part : {".a", ".b"}) append_linear(shapes, block_name(i) + part, spec.width, spec.width);
  }
  append_linear(shapes, "out", spec.width, size);
}

Tensor affine(const Tensor& h, const Parameters& theta, const std::string& name) {
  return at::linear(h, theta.at(name + ".weight"), theta.at(name + ".bias"));
}

/// s^2/(2 sigma0^2) ||z - f(z)||^2 of vectors x (B, D)
Tensor denoising_energy(const MlpSpec& spec, const Tensor& x, const Parameters& theta) {
  const auto phi = [&](const Tensor& h) { return activate(spec.activation, h); };
  const Tensor s = (x.pow(2).mean(1) + spec.floor).sqrt();
  const Tensor z = x / s.unsqueeze(1);
  Tensor h = affine(z, theta, "in");
  for (int64_t i = 0; i < spec.depth; ++i) {
    h = h + affine(phi(affine(phi(h), theta, block_name(i) + ".a")), theta, block_name(i) + ".b");
  }
  const Tensor r = z - affine(phi(h), theta, "out");
  return (r * r).sum(1) * s * s / (2 * spec.sigma0 * spec.sigma0);
}

}  // namespace

std::vector<ParameterShape> mlp_parameter_shapes(const MlpSpec& spec) {
  require(!spec.datum_shape.empty() && element_count(spec.datum_shape) >= 1,
          "mlp: data of shape {} (nothing to look at).", to_text(spec.datum_shape));
  require(spec.depth >= 1 && spec.width >= 1, "mlp: {} layers of width {} (at least 1 of each).", spec.depth,
          spec.width);
  std::vector<ParameterShape> shapes;
  if (spec.head == Head::denoising) {
    append_denoiser(shapes, spec);
    return shapes;
  }
  int64_t in = element_count(spec.datum_shape);
  for (int64_t i = 0; i < spec.depth; ++i) {
    append_linear(shapes, layer_name(i), in, spec.width);
    in = spec.width;
  }
  append_head(shapes, spec.head, spec.width);
  return shapes;
}

Parameters mlp_parameters(const MlpSpec& spec, uint64_t seed) {
  Parameters parameters = draw_parameters(mlp_parameter_shapes(spec), seed);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters.name(i).ends_with(".b.weight")) parameters[i].zero_();
  }
  return parameters;
}

Tensor mlp_energy(const MlpSpec& spec, const Tensor& x, const Parameters& theta) {
  require_batch(x, spec.datum_shape, "mlp");
  Tensor h = x.flatten(1);
  if (spec.head == Head::denoising) return denoising_energy(spec, h, theta);
  for (int64_t i = 0; i < spec.depth; ++i) {
    if (i > 0) h = activate(spec.activation, h);
    h = affine(h, theta, layer_name(i));
  }
  return head_energy(spec.head, spec.activation, h, theta);
}

}  // namespace mdsm
