#include "mdsm/energy/networks/network_graphs.h"

#include "mdsm/engine/layers.h"
#include "mdsm/engine/ops/flatten.h"

namespace mdsm {
namespace {

const PointwiseFunction& function_of(Activation activation) {
  return activation == Activation::elu ? elu_function() : silu_function();
}

void add_head(Graph& graph, Slot h, Head head, const PointwiseFunction& phi) {
  if (head == Head::quadratic) add_quadratic_head(graph, h, "head");
  else add_linear_head(graph, add_pointwise(graph, h, phi), "head");
}

Slot add_block(Graph& graph, Slot x, const ResNetBlock& block, const PointwiseFunction& phi, const std::string& name) {
  const bool down = block.kind == ResNetBlockKind::down;
  const Slot a =
      add_conv(graph, add_pointwise(graph, x, phi), conv3x3(block.in, block.in), Bias::none, name + ".conv_a");
  Slot b = add_conv(graph, add_pointwise(graph, a, phi), conv3x3(block.in, block.out), Bias::learned, name + ".conv_b");
  if (down) b = add_mean_pool(graph, b);
  const Slot pooled = down ? add_mean_pool(graph, x) : x;
  return add_sum(graph, add_conv(graph, pooled, conv1x1(block.in, block.out), Bias::learned, name + ".skip"), b);
}

/// f(z) of a perceptron with Head::denoising
Slot add_mlp_denoiser(Graph& graph, Slot z, const MlpSpec& spec) {
  const PointwiseFunction& phi = function_of(spec.activation);
  Slot h = add_linear(graph, z, spec.width, "in");
  for (int64_t i = 0; i < spec.depth; ++i) {
    const std::string name = fmt::format("blocks.{}", i);
    const Slot a = add_linear(graph, add_pointwise(graph, h, phi), spec.width, name + ".a");
    h = add_sum(graph, h, add_linear(graph, add_pointwise(graph, a, phi), spec.width, name + ".b"));
  }
  return add_linear(graph, add_pointwise(graph, h, phi), element_count(spec.datum_shape), "out");
}

}  // namespace

Graph resnet_graph(const ResNetSpec& spec) {
  const std::vector<ResNetBlock> blocks = resnet_blocks(spec);
  const PointwiseFunction& phi = function_of(spec.activation);
  Graph graph({spec.image});
  Slot h = add_conv(graph, graph.input(0), conv3x3(spec.image[0], spec.width), Bias::learned, "stem");
  for (size_t i = 0; i < blocks.size(); ++i) h = add_block(graph, h, blocks[i], phi, fmt::format("blocks.{}", i));
  add_head(graph, h, spec.head, phi);
  return graph;
}

Graph mlp_graph(const MlpSpec& spec) {
  const PointwiseFunction& phi = function_of(spec.activation);
  Graph graph({spec.datum_shape});
  Slot h = graph.input(0);
  if (spec.datum_shape.size() > 1) h = graph.add(std::make_shared<Flatten>(), {h});
  if (spec.head == Head::denoising) {
    add_denoising_energy(graph, h, spec.floor, spec.sigma0,
                         [&](Graph& part, Slot z) { return add_mlp_denoiser(part, z, spec); });
    return graph;
  }
  for (int64_t i = 0; i < spec.depth; ++i) {
    if (i > 0) h = add_pointwise(graph, h, phi);
    h = add_linear(graph, h, spec.width, fmt::format("layers.{}", i));
  }
  add_head(graph, h, spec.head, phi);
  return graph;
}

std::shared_ptr<Energy> graph_energy_from(const ResNetSpec& spec, Parameters theta, const GraphOptions& options) {
  return std::make_shared<GraphEnergy>(resnet_graph(spec), std::move(theta), options);
}

std::shared_ptr<Energy> graph_energy_from(const MlpSpec& spec, Parameters theta, const GraphOptions& options) {
  return std::make_shared<GraphEnergy>(mlp_graph(spec), std::move(theta), options);
}

std::shared_ptr<Energy> graph_energy_from(const UNetSpec& spec, Parameters theta, const GraphOptions& options) {
  return std::make_shared<GraphEnergy>(unet_graph(spec), std::move(theta), options);
}

}  // namespace mdsm
