#include "mdsm/engine/initial_weights.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

namespace mdsm {
namespace {

std::vector<ParameterShape> two_layers() {
  std::vector<ParameterShape> shapes;
  append_conv(shapes, "conv", 16, 32, 3, Bias::learned);
  append_conv(shapes, "bare", 16, 32, 3, Bias::none);
  append_linear(shapes, "linear", 4096, 8);
  return shapes;
}

// Uniform in +-1/sqrt(fan_in): the bounds are kept and nearly reached, and the variance is bound^2/3 within 4.5
// standard errors (bound^2 sqrt(4/45/n); false alarms below 1e-5 a tensor). Biases too small for that are only bounded.
TEST(InitialWeights, AreUniformAsInPyTorch) {
  const std::vector<ParameterShape> shapes = two_layers();
  const Parameters theta = draw_parameters(shapes, 3);
  ASSERT_EQ(theta.size(), 5U);
  for (size_t i = 0; i < shapes.size(); ++i) {
    const bool convolution = shapes[i].name[0] != 'l';
    const double bound = 1 / std::sqrt(convolution ? 16.0 * 9 : 4096.0);
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
  const std::vector<Shape> sizes{{32, 16, 3, 3}, {32}, {32, 16, 3, 3}, {8, 4096}, {8}};
  ASSERT_EQ(shapes.size(), names.size());
  for (size_t i = 0; i < shapes.size(); ++i) {
    EXPECT_EQ(shapes[i].name, names[i]);
    EXPECT_EQ(shapes[i].shape, sizes[i]);
  }
  EXPECT_EQ(scalar_count(shapes), 2 * 32 * 16 * 9 + 32 + 8 * 4096 + 8);
}

}  // namespace
}  // namespace mdsm
