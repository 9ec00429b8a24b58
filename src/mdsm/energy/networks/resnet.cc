#include "mdsm/energy/networks/resnet.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/initial_weights.h"
#include "mdsm/engine/layers.h"

namespace mdsm {
namespace {

/// Plain blocks that follow each down block.
std::vector<int64_t> plain_blocks(int64_t depth) {
  switch (depth) {
    case 6:
      return {0, 0, 0};
    case 12:
      return {1, 1, 1};
    case 18:
      return {2, 2, 2};
    case 34:
      return {2, 3, 5, 2};
    default:
      reject("resnet: depth {} is unknown (known: 6, 12, 18, 34).", depth);
  }
}

void require_divisible(const Shape& image, int64_t factor) {
  const int64_t height = image[1];
  const int64_t width = image[2];
  const auto padded = [factor](int64_t side) { return (side + factor - 1) / factor * factor; };
  require(height % factor == 0 && width % factor == 0,
          "resnet: images of {}x{} do not divide by {} (each down block halves them). Pad them to {}x{}.", height,
          width, factor, padded(height), padded(width));
}

Slot add_block(Graph& graph, Slot x, const ResNetBlock& block, const std::string& phi, const std::string& name) {
  const bool down = block.kind == ResNetBlockKind::down;
  const Slot a =
      add_conv(graph, add_pointwise(graph, x, phi), conv3x3(block.in, block.in), Bias::none, name + ".conv_a");
  Slot b = add_conv(graph, add_pointwise(graph, a, phi), conv3x3(block.in, block.out), Bias::learned, name + ".conv_b");
  if (down) b = add_mean_pool(graph, b);
  const Slot pooled = down ? add_mean_pool(graph, x) : x;
  return add_sum(graph, add_conv(graph, pooled, conv1x1(block.in, block.out), Bias::learned, name + ".skip"), b);
}

}  // namespace

std::vector<ResNetBlock> resnet_blocks(const ResNetSpec& spec) {
  require(spec.image.size() == 3 && element_count(spec.image) >= 1,
          "resnet: data of shape {} (expected images (C, H, W)). Use kind 'mlp' for vectors.", to_text(spec.image));
  require(spec.width >= 1, "resnet: width is {} (the stem needs at least one filter).", spec.width);
  std::vector<ResNetBlock> blocks;
  int64_t filters = spec.width;
  int64_t factor = 1;
  for (int64_t plain : plain_blocks(spec.depth)) {
    blocks.push_back({filters, 2 * filters, ResNetBlockKind::down});
    filters *= 2;
    factor *= 2;
    for (int64_t i = 0; i < plain; ++i) blocks.push_back({filters, filters, ResNetBlockKind::plain});
  }
  require_divisible(spec.image, factor);
  return blocks;
}

Graph resnet_graph(const ResNetSpec& spec) {
  const std::vector<ResNetBlock> blocks = resnet_blocks(spec);
  Graph graph({spec.image});
  Slot h = add_conv(graph, graph.input(0), conv3x3(spec.image[0], spec.width), Bias::learned, "stem");
  for (size_t i = 0; i < blocks.size(); ++i) {
    h = add_block(graph, h, blocks[i], spec.activation, fmt::format("blocks.{}", i));
  }
  add_head(graph, h, spec.head, spec.activation);
  return graph;
}

Parameters resnet_parameters(const ResNetSpec& spec, uint64_t seed) {
  return draw_parameters(parameter_shapes_of(resnet_graph(spec)), seed);
}

}  // namespace mdsm
