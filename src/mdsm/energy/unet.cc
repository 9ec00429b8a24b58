#include "mdsm/energy/unet.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/initial_weights.h"
#include "mdsm/energy/layers.h"
#include "mdsm/energy/ops/denoising_head.h"
#include "mdsm/energy/ops/scale.h"

namespace mdsm {
namespace {

constexpr size_t kLevels = 4;
constexpr double kScaleFloor = 0.1;  // of s^2, in squared units of the data: keeps z bounded for a black image

Slot add_block(Graph& graph, Slot x, int64_t out, const std::string& name) {
  const int64_t in = graph.datum_shape(x)[0];
  const Slot a =
      add_conv(graph, add_pointwise(graph, x, silu_function()), conv3x3(in, out), Bias::learned, name + ".conv_a");
  const Slot b =
      add_conv(graph, add_pointwise(graph, a, silu_function()), conv3x3(out, out), Bias::learned, name + ".conv_b");
  const Slot skip = in == out ? x : add_conv(graph, x, conv1x1(in, out), Bias::learned, name + ".skip");
  return add_sum(graph, skip, b);
}

/// f(z)
Slot add_unet(Graph& graph, Slot z, const UNetSpec& spec) {
  Slot h = add_conv(graph, z, conv3x3(spec.image[0], spec.width), Bias::learned, "stem");
  std::vector<Slot> across;
  for (size_t level = 0; level < kLevels; ++level) {
    h = add_block(graph, h, spec.width << level, fmt::format("down.{}", level));
    across.push_back(h);
    if (level + 1 < kLevels) h = add_mean_pool(graph, h);
  }
  h = add_block(graph, h, spec.width << (kLevels - 1), "middle");
  for (size_t step = 0; step < kLevels; ++step) {
    const size_t level = kLevels - 1 - step;
    h = add_concat(graph, h, across[level]);
    h = add_block(graph, h, level > 0 ? spec.width << (level - 1) : spec.width, fmt::format("up.{}", step));
    if (level > 0) h = add_upsample(graph, h);
  }
  return add_conv(graph, h, conv3x3(spec.width, spec.image[0]), Bias::learned, "out");
}

}  // namespace

Graph unet_graph(const UNetSpec& spec) {
  require(spec.image.size() == 3 && element_count(spec.image) >= 1,
          "unet: data of shape {} (expected images (C, H, W)).", to_text(spec.image));
  require(spec.width >= 1, "unet: width is {} (at least 1).", spec.width);
  const int64_t factor = int64_t{1} << (kLevels - 1);
  require(spec.image[1] % factor == 0 && spec.image[2] % factor == 0,
          "unet: images of {}x{} do not divide by {}. Pad them.", spec.image[1], spec.image[2], factor);
  Graph graph({spec.image});
  const Slot x = graph.input(0);
  const Slot s = graph.add(std::make_shared<RootMeanSquare>(kScaleFloor), {x});
  const Slot z = graph.add(std::make_shared<DivideByScale>(), {x, s});
  graph.add(std::make_shared<DenoisingHead>(), {z, add_unet(graph, z, spec), s});
  return graph;
}

Parameters unet_parameters(const UNetSpec& spec, uint64_t seed) {
  std::vector<ParameterShape> shapes;
  int64_t fan_in = 1;
  for (auto& [name, shape] : unet_graph(spec).parameters()) {
    if (shape.size() > 1) fan_in = element_count(shape) / shape[0];  // a bias follows its weight
    shapes.push_back({name, shape, fan_in});
  }
  Parameters parameters = draw_parameters(shapes, seed);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters.name(i).ends_with("conv_b.weight")) parameters[i].zero_();
  }
  return parameters;
}

}  // namespace mdsm
