#include "mdsm/engine/initial_weights.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include "mdsm/engine/layers.h"
#include "mdsm/engine/ops/flatten.h"

namespace mdsm {
namespace {

std::vector<ParameterShape> two_layers() {
  Graph graph({{16, 16, 16}});
  const Slot h = add_conv(graph, graph.input(0), conv3x3(16, 32), Bias::learned, "conv");
  const Slot bare = add_conv(graph, graph.input(0), conv3x3(16, 32), Bias::none, "bare");
  add_linear(graph, graph.add(std::make_shared<Flatten>(), {add_mean_pool(graph, add_sum(graph, h, bare))}), 8,
             "linear");
  return parameter_shapes_of(graph);
}

// Uniform in +-1/sqrt(fan_in): the bounds are kept and nearly reached, and the variance is bound^2/3 within 4.5
// standard errors (bound^2 sqrt(4/45/n); false alarms below 1e-5 a tensor). Biases too small for that are only bounded.
TEST(InitialWeights, AreUniformAsInPyTorch) {
  const std::vector<ParameterShape> shapes = two_layers();
  const Parameters theta = draw_parameters(shapes, 3);
  ASSERT_EQ(theta.size(), 5U);
  for (size_t i = 0; i < shapes.size(); ++i) {
    const bool convolution = shapes[i].name[0] != 'l';
    const double bound = 1 / std::sqrt(convolution ? 16.0 * 9 : 2048.0);
    const Tensor w = theta[i].to(at::kDouble);
    EXPECT_EQ(theta[i].scalar_type(), at::kFloat);
    EXPECT_LE(w.abs().max().item<double>(), bound * (1 + 1e-6)) << theta.name(i);
    EXPECT_GT(w.abs().max().item<double>(), 0.7 * bound) << theta.name(i);
    const auto count = static_cast<double>(w.numel());
    if (count < 100) continue;
    EXPECT_NEAR(w.pow(2).mean().item<double>(), bound * bound / 3, 4.5 * bound * bound * std::sqrt(4.0 / 45 / count));
    EXPECT_NEAR(w.mean().item<double>(), 0, 4.5 * bound / std::sqrt(3 * count));
  }
}

TEST(InitialWeights, DependOnSeedAndPlaceAlone) {
  const std::vector<ParameterShape> shapes = two_layers();
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Parameters one = draw_parameters(shapes, 3);
  at::set_num_threads(2);
  const Parameters two = draw_parameters(shapes, 3);
  at::set_num_threads(threads);
  const Parameters other = draw_parameters(shapes, 4);
  for (size_t i = 0; i < shapes.size(); ++i) {
    EXPECT_TRUE(at::equal(one[i], two[i])) << one.name(i);
    EXPECT_FALSE(at::equal(one[i], other[i])) << one.name(i);
  }
  EXPECT_FALSE(at::equal(one.at("conv.weight"), one.at("bare.weight")));
}

TEST(InitialWeights, ShapesAreThoseOfPyTorch) {
  const std::vector<ParameterShape> shapes = two_layers();
  const std::vector<std::string> names{"conv.weight", "conv.bias", "bare.weight", "linear.weight", "linear.bias"};
  const std::vector<Shape> sizes{{32, 16, 3, 3}, {32}, {32, 16, 3, 3}, {8, 2048}, {8}};
  ASSERT_EQ(shapes.size(), names.size());
  for (size_t i = 0; i < shapes.size(); ++i) {
    EXPECT_EQ(shapes[i].name, names[i]);
    EXPECT_EQ(shapes[i].shape, sizes[i]);
  }
  EXPECT_EQ(scalar_count(shapes), 2 * 32 * 16 * 9 + 32 + 8 * 2048 + 8);
}

}  // namespace
}  // namespace mdsm
