// Graphs of a few ops against LibTorch's double backward, and what the runner promises about memory and reuse.
#include "mdsm/energy/graph_energy.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "mdsm/base/rng.h"
#include "mdsm/engine/ops/concat.h"
#include "mdsm/engine/ops/conv.h"
#include "mdsm/engine/ops/linear_head.h"
#include "mdsm/engine/ops/pointwise.h"
#include "mdsm/engine/ops/quadratic_head.h"
#include "mdsm/engine/ops/sum.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

OpPointer conv(int64_t in, int64_t out) { return std::make_shared<Conv>(conv3x3(in, out), Bias::learned); }
OpPointer elu() { return std::make_shared<Pointwise>(pointwise_function("elu")); }

/// h = conv_0(x); E = head(concat(elu(h), h) + concat(h, h)): a slot with five readers.
Graph small_graph() {
  Graph graph({{1, 4, 4}});
  const Slot h = graph.add(conv(1, 2), {graph.input(0)}, {"stem.weight", "stem.bias"});
  const Slot a = graph.add(elu(), {h});
  const Slot left = graph.add(std::make_shared<Concat>(), {a, h});
  const Slot right = graph.add(std::make_shared<Concat>(), {h, h});
  const Slot sum = graph.add(std::make_shared<Sum>(), {left, right});
  graph.add(std::make_shared<QuadraticHead>(64), {sum},
            {"a.weight", "a.bias", "c.weight", "c.bias", "d.weight", "d.bias"});
  return graph;
}

Tensor small_energy(const Tensor& x, const Parameters& theta) {
  const Tensor h = at::conv2d(x, theta.at("stem.weight"), theta.at("stem.bias"), 1, 1);
  const Tensor f = (at::cat({at::elu(h), h}, 1) + at::cat({h, h}, 1)).flatten(1);
  const auto linear = [&](const Tensor& in, const std::string& name) {
    return at::linear(in, theta.at(name + ".weight"), theta.at(name + ".bias")).squeeze(1);
  };
  return linear(f, "a") * linear(f, "c") + linear(f * f, "d");
}

Parameters draw(const Graph& graph, at::ScalarType type) {
  Parameters theta;
  uint32_t slot = 0;
  for (const auto& [name, shape] : graph.parameters()) {
    theta.add(name, 0.3 * RandomRows::slots(3, Stream::data, slot++, 1).normal(0, shape, type).squeeze(0));
  }
  return theta;
}

Tensor batch(uint32_t step) { return RandomRows::slots(4, Stream::data, 0, 3).normal(step, {1, 4, 4}, at::kDouble); }

TEST(GraphEnergy, MatchesDoubleBackward) {
  const Graph graph = small_graph();
  const Parameters theta = draw(graph, at::kDouble);
  const GraphEnergy energy(graph, theta, {.arithmetic = at::kDouble});
  const Tensor x = batch(0);
  const Tensor v = batch(1);
  const auto at_x = energy.linearize(x);
  Gradients gradients = Gradients::zeros_like(theta);
  at_x->pull_back(v, gradients);

  const Parameters leaves = theta.as_leaves();
  const Tensor leaf = x.clone().requires_grad_(true);
  const Tensor value = small_energy(leaf, leaves);
  const Tensor gradient = torch::autograd::grad({value.sum()}, {leaf}, {}, true, true)[0];
  const Tensors expected = torch::autograd::grad({(v * gradient).sum()}, leaves.tensors(), {}, false, false, true);
  expect_close(at_x->value(), value, 1e-12, "value");
  expect_close(energy.value(x), value, 1e-12, "value alone");
  expect_close(at_x->gradient(), gradient, 1e-12, "gradient");
  expect_close(energy.gradient(x), gradient, 1e-12, "gradient alone");
  for (size_t i = 0; i < expected.size(); ++i) {
    expect_close(gradients[i], expected[i].defined() ? expected[i] : at::zeros_like(theta[i]), 1e-12,
                 theta.name(i).c_str());
  }
}

TEST(GraphEnergy, PullBackAddsAndCanBeRepeated) {
  const Graph graph = small_graph();
  const Parameters theta = draw(graph, at::kDouble);
  const GraphEnergy energy(graph, theta, {.arithmetic = at::kDouble});
  const auto at_x = energy.linearize(batch(0));
  Gradients once = Gradients::zeros_like(theta);
  at_x->pull_back(batch(1), once);
  Gradients twice = Gradients::zeros_like(theta);
  at_x->pull_back(batch(1), twice);
  at_x->pull_back(2 * batch(1), twice);
  expect_close(twice.flat(), 3 * once.flat(), 1e-12);
}

TEST(GraphEnergy, ReadsParametersAtEachCall) {
  const Graph graph = small_graph();
  const Parameters theta = draw(graph, at::kDouble);
  const GraphEnergy energy(graph, theta, {.arithmetic = at::kDouble});
  const Tensor before = energy.value(batch(0));
  theta.at("d.bias").add_(1);
  expect_close(energy.value(batch(0)), before + 1, 1e-12);
}

TEST(GraphEnergy, Bfloat16IsNearFloat32) {
  const Graph graph = small_graph();
  const Parameters theta = draw(graph, at::kFloat);
  const GraphEnergy exact(graph, theta);
  const GraphEnergy rounded(graph, theta, {.arithmetic = at::kBFloat16});
  const Tensor x = batch(0).to(at::kFloat);
  EXPECT_EQ(rounded.gradient(x).scalar_type(), at::kFloat);
  expect_close(rounded.gradient(x), exact.gradient(x), 0.03);
}

TEST(GraphEnergy, KeepsTheOrderInWhichParametersAreNamed) {
  const std::vector<std::pair<std::string, Shape>> parameters = small_graph().parameters();
  ASSERT_EQ(parameters.size(), 8U);
  EXPECT_EQ(parameters[0].first, "stem.weight");
  EXPECT_EQ(parameters[0].second, (Shape{2, 1, 3, 3}));
}

TEST(GraphEnergy, ListsItsOps) {
  const std::string text = describe(small_graph());
  EXPECT_NE(text.find("conv 3x3, 1 -> 2"), std::string::npos);
  EXPECT_NE(text.find("quadratic head of 64"), std::string::npos);
}

TEST(GraphEnergy, RejectsWhatDoesNotFit) {
  Graph graph({{1, 4, 4}});
  expect_error([&] { graph.add(conv(2, 2), {graph.input(0)}, {"w", "b"}); }, "expected 2 channels");
  expect_error([&] { graph.add(conv(1, 2), {graph.input(0)}, {"w"}); }, "1 parameter names");
  expect_error([&] { graph.add(elu(), {Slot{7}}); }, "not written yet");
  expect_error([&] { graph.input(1); }, "input 1 of 1");
  graph.add(elu(), {graph.input(0)});
  expect_error([&] { GraphEnergy(graph, {}); }, "expected one number, the energy");

  const Graph good = small_graph();
  Parameters theta = draw(good, at::kFloat);
  const GraphEnergy energy(good, theta);
  expect_error([&] { energy.value(at::zeros({2, 1, 4, 5})); }, "expected a batch of (1, 4, 4)");
  expect_error([&] { energy.value(batch(0)); }, "the parameters have Float");
  expect_error([&] { GraphEnergy(good, theta, {.arithmetic = at::kDouble}); },
               "Double arithmetic for Float parameters");
  Parameters misnamed;
  for (size_t i = 0; i < theta.size(); ++i) misnamed.add(i == 0 ? "stem.wieght" : theta.name(i), theta[i]);
  expect_error([&] { GraphEnergy(good, misnamed); }, "Did you mean 'stem.wieght'?");
}

}  // namespace
}  // namespace mdsm
