// Whole networks as lists of ops against the same networks through LibTorch's double backward.
#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/energy/autograd_energy.h"
#include "mdsm/energy/graph_energy.h"
#include "mdsm/engine/layers.h"
#include "mdsm/engine/rewrite.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/oracle_networks.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::relative_error;

Tensor draw(uint32_t step, const Shape& datum_shape, at::ScalarType type) {
  return RandomRows::slots(21, Stream::data, 0, 3).normal(step, datum_shape, type);
}

/// Random enough everywhere: the first weights of a U-Net hold zeros.
Parameters stirred(const Parameters& start, at::ScalarType type) {
  Parameters theta;
  for (size_t i = 0; i < start.size(); ++i) {
    const Tensor noise =
        RandomRows::slots(22, Stream::data, static_cast<uint32_t>(i), 1).normal(0, Shape(start[i].sizes().vec()));
    theta.add(start.name(i), (start[i] + 0.05 * noise.squeeze(0)).to(type));
  }
  return theta;
}

struct Tolerance {
  double value;
  double gradient;
  double parameters;
};

/// One linearization and one pull_back of each, compared; parameter gradients as one vector and tensor by tensor. What is
/// expected is computed in the type of its own weights.
void expect_same(const Energy& actual, const Energy& expected, at::ScalarType type, Tolerance tolerance) {
  const Tensor x = draw(0, expected.datum_shape(), type);
  const Tensor v = draw(1, expected.datum_shape(), type);
  const at::ScalarType exact = expected.parameters()[0].scalar_type();
  const auto a = actual.linearize(x);
  const auto b = expected.linearize(x.to(exact));
  expect_close(a->value(), b->value(), tolerance.value, "value");
  expect_close(actual.value(x), b->value(), tolerance.value, "value alone");
  expect_close(a->gradient(), b->gradient(), tolerance.gradient, "gradient");
  expect_close(actual.gradient(x), b->gradient(), tolerance.gradient, "gradient alone");
  Gradients at_a = Gradients::zeros_like(actual.parameters());
  Gradients at_b = Gradients::zeros_like(expected.parameters());
  a->pull_back(v, at_a);
  b->pull_back(v.to(exact), at_b);
  expect_close(at_a.flat(), at_b.flat(), tolerance.parameters, "parameters");
  // Not averaged over entries as parameters' gradients are: three times as far in bfloat16.
  expect_close(a->hessian_vector(v), b->hessian_vector(v.to(exact)), 3 * tolerance.parameters, "hessian_vector");
  const Tensor weights = at::arange(1, 4, v.options());
  Gradients value_a = Gradients::zeros_like(actual.parameters());
  Gradients value_b = Gradients::zeros_like(expected.parameters());
  a->pull_back_value(weights, value_a);
  b->pull_back_value(weights.to(exact), value_b);
  expect_close(value_a.flat(), value_b.flat(), tolerance.parameters, "parameters, from the value");
  if (type != at::kDouble) return;
  for (size_t i = 0; i < at_a.size(); ++i) {
    expect_close(at_a[i], at_b[i], tolerance.parameters, actual.parameters().name(i).c_str());
  }
}

constexpr Tolerance kDoubleTolerance{1e-10, 1e-10, 1e-10};
constexpr Tolerance kFloatTolerance{1e-5, 1e-5, 1e-5};

void expect_resnet(const ResNetSpec& spec, at::ScalarType type, Tolerance tolerance) {
  const Parameters theta = stirred(resnet_parameters(spec, 5), type);
  const auto function = [spec](const Tensor& x, const Parameters& p) { return testing::resnet_energy(spec, x, p); };
  expect_same(GraphEnergy(resnet_graph(spec), theta, {.arithmetic = type}),
              AutogradEnergy(function, stirred(resnet_parameters(spec, 5), at::kDouble), spec.image), type, tolerance);
}

void expect_unet(const UNetSpec& spec, at::ScalarType type, Tolerance tolerance) {
  const Parameters theta = stirred(unet_parameters(spec, 5), type);
  const auto function = [spec](const Tensor& x, const Parameters& p) { return testing::unet_energy(spec, x, p); };
  expect_same(GraphEnergy(unet_graph(spec), theta, {.arithmetic = type}),
              AutogradEnergy(function, stirred(unet_parameters(spec, 5), at::kDouble), spec.image), type, tolerance);
}

TEST(NetworkGraph, ResNetsInFloat64) {
  expect_resnet({.image = {1, 8, 8}, .width = 2, .depth = 6}, at::kDouble, kDoubleTolerance);
  expect_resnet({.image = {3, 8, 8}, .width = 2, .depth = 12, .head = Head::linear}, at::kDouble, kDoubleTolerance);
  expect_resnet({.image = {1, 8, 16}, .width = 2, .depth = 18, .activation = "silu"}, at::kDouble, kDoubleTolerance);
  expect_resnet({.image = {1, 16, 16}, .width = 1, .depth = 34}, at::kDouble, kDoubleTolerance);
}

TEST(NetworkGraph, ResNetInFloat32) {
  expect_resnet({.image = {1, 32, 32}, .width = 8, .depth = 12}, at::kFloat, kFloatTolerance);
}

TEST(NetworkGraph, UNetsInFloat64) {
  expect_unet({.image = {2, 8, 8}, .width = 2}, at::kDouble, kDoubleTolerance);
  expect_unet(
      {.image = {1, 12, 4}, .width = 2, .multipliers = {1, 1, 3}, .blocks = 2, .scale = {.floor = 0.5}, .sigma0 = 0.3},
      at::kDouble, kDoubleTolerance);
  expect_unet({.image = {2, 8, 6}, .width = 2, .multipliers = {1, 2}, .scale = {ScaleOf::detail, 0.01}}, at::kDouble,
              kDoubleTolerance);
  expect_unet({.image = {1, 8, 8}, .width = 2, .multipliers = {1, 2}, .output = UNetOutput::noise}, at::kDouble,
              kDoubleTolerance);
  expect_unet({.image = {1, 5, 3}, .width = 2, .multipliers = {2}}, at::kDouble, kDoubleTolerance);
}

TEST(NetworkGraph, UNetInFloat32) { expect_unet({.image = {1, 32, 32}, .width = 4}, at::kFloat, kFloatTolerance); }

TEST(NetworkGraph, Mlp) {
  for (Head head : {Head::quadratic, Head::linear, Head::denoising}) {
    const MlpSpec spec{.datum_shape = {2, 3}, .width = 5, .depth = 3, .head = head, .floor = 0.5, .sigma0 = 0.7};
    const Parameters theta = stirred(mlp_parameters(spec, 5), at::kDouble);
    const auto function = [spec](const Tensor& x, const Parameters& p) { return testing::mlp_energy(spec, x, p); };
    expect_same(GraphEnergy(mlp_graph(spec), theta, {.arithmetic = at::kDouble}),
                AutogradEnergy(function, theta, spec.datum_shape), at::kDouble, kDoubleTolerance);
  }
}

TEST(NetworkGraph, FoldsKeepTheEnergy) {
  const ResNetSpec spec{.image = {1, 8, 8}, .width = 2, .depth = 12};
  const Parameters resnet = stirred(resnet_parameters(spec, 5), at::kDouble);
  const GraphEnergy plain(resnet_graph(spec), resnet, {.arithmetic = at::kDouble, .folds = Folds::off});
  const GraphEnergy folded(resnet_graph(spec), resnet, {.arithmetic = at::kDouble});
  EXPECT_EQ(folded.graph().nodes().size() + 3, plain.graph().nodes().size());
  expect_same(folded, plain, at::kDouble, {1e-12, 1e-12, 1e-12});
}

int64_t count_ops(const Graph& graph, const std::string& name) {
  return std::count_if(graph.nodes().begin(), graph.nodes().end(),
                       [&](const Node& node) { return node.op->name().starts_with(name); });
}

TEST(NetworkGraph, FoldsMakeNoConcatenation) {
  const UNetSpec spec{.image = {1, 8, 8}, .width = 2};
  const Parameters theta = stirred(unet_parameters(spec, 5), at::kDouble);
  const GraphEnergy plain(unet_graph(spec), theta, {.arithmetic = at::kDouble, .folds = Folds::off});
  const GraphEnergy folded(unet_graph(spec), theta, {.arithmetic = at::kDouble});
  EXPECT_EQ(count_ops(plain.graph(), "concatenation"), 4);
  EXPECT_EQ(count_ops(folded.graph(), "concatenation"), 0);
  EXPECT_EQ(count_ops(folded.graph(), "conv 4x4 transposed"), 3);
  EXPECT_LT(folded.step_flops(1), 0.95 * plain.step_flops(1));
  expect_same(folded, plain, at::kDouble, {1e-12, 1e-12, 1e-12});
}

TEST(NetworkGraph, FoldsLeaveAPoolOfTheInput) {
  Graph graph({{1, 4, 4}});
  const Slot pooled = add_mean_pool(graph, graph.input(0));
  add_quadratic_head(graph, add_conv(graph, pooled, conv3x3(1, 2), Bias::learned, "a"), "head");
  EXPECT_EQ(with_folds(graph).nodes().size(), graph.nodes().size());
}

// What folds put off and another op then wants whole: a sum of a concatenation, a pool of an up-sampled value.
TEST(NetworkGraph, FoldsMakeWhatOthersRead) {
  Graph graph({{2, 4, 4}});
  const Slot x = graph.input(0);
  const Slot a =
      add_pointwise(graph, add_upsample(graph, add_conv(graph, x, conv3x3(2, 1), Bias::learned, "a")), "silu");
  const Slot b = add_upsample(graph, add_conv(graph, x, conv1x1(2, 1), Bias::none, "b"));
  const Slot both = add_concat(graph, a, b);
  const Slot mixed = add_conv(graph, both, conv1x1(2, 2), Bias::learned, "mix");
  const Slot pooled = add_mean_pool(graph, add_sum(graph, both, mixed));
  const Slot last = add_conv(graph, add_concat(graph, pooled, x), conv3x3(4, 2), Bias::learned, "last");
  add_quadratic_head(graph, add_mean_pool(graph, last), "head");
  std::vector<ParameterShape> shapes;
  for (auto& [name, shape] : graph.parameters()) shapes.push_back({name, shape, 4});
  const Parameters theta = stirred(draw_parameters(shapes, 3), at::kDouble);
  expect_same(GraphEnergy(graph, theta, {.arithmetic = at::kDouble}),
              GraphEnergy(graph, theta, {.arithmetic = at::kDouble, .folds = Folds::off}), at::kDouble,
              {1e-12, 1e-12, 1e-12});
}

TEST(NetworkGraph, FoldsAnUpsampledConvolution) {
  Graph graph({{1, 4, 4}});
  const Slot up = add_upsample(graph, add_conv(graph, graph.input(0), conv3x3(1, 2), Bias::learned, "a"));
  add_quadratic_head(graph, add_conv(graph, up, conv3x3(2, 2), Bias::learned, "b"), "head");
  std::vector<ParameterShape> shapes;
  for (auto& [name, shape] : graph.parameters()) shapes.push_back({name, shape, 4});
  const Parameters theta = stirred(draw_parameters(shapes, 3), at::kDouble);
  const GraphEnergy folded(graph, theta, {.arithmetic = at::kDouble});
  EXPECT_EQ(folded.graph().nodes().size() + 1, graph.nodes().size());
  expect_same(folded, GraphEnergy(graph, theta, {.arithmetic = at::kDouble, .folds = Folds::off}), at::kDouble,
              {1e-12, 1e-12, 1e-12});
}

// bfloat16 has 8 bits: single products are off by 0.4 %, and errors grow with depth.
TEST(NetworkGraph, Bfloat16IsNearFloat32) {
  const ResNetSpec spec{.image = {1, 32, 32}, .width = 8, .depth = 12};
  const Parameters theta = resnet_parameters(spec, 5);
  expect_same(GraphEnergy(resnet_graph(spec), theta, {.arithmetic = at::kBFloat16}),
              GraphEnergy(resnet_graph(spec), theta), at::kFloat, {0.02, 0.05, 0.05});
}

}  // namespace
}  // namespace mdsm
