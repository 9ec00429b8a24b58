#include "mdsm/train/optimizer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

AdamState state_of(const Tensor& weights) {
  return {weights.clone(), weights.clone(), at::zeros_like(weights), at::zeros_like(weights)};
}

// Kingma and Ba's algorithm 1, written with whole tensors in float64.
TEST(Adam, FollowsTheAlgorithm) {
  const int64_t size = 70000;  // more than two grains
  AdamState state = state_of(at::randn({size}));
  Tensor theta = state.weights.to(at::kDouble);
  Tensor average = theta.clone();
  Tensor m = at::zeros({size}, at::kDouble);
  Tensor v = at::zeros({size}, at::kDouble);
  const AdamStep step{.learning_rate = 0.01, .gradient_scale = 0.5, .average_decay = 0.9};
  for (int64_t t = 1; t <= 5; ++t) {
    const Tensor g = at::randn({size});
    adam_update(state, g, t, step);
    const Tensor scaled = 0.5 * g.to(at::kDouble);
    m = 0.9 * m + 0.1 * scaled;
    v = 0.95 * v + 0.05 * scaled * scaled;
    theta = theta - 0.01 * (m / (1 - std::pow(0.9, t))) / ((v / (1 - std::pow(0.95, t))).sqrt() + 1e-8);
    average = 0.9 * average + 0.1 * theta;
  }
  testing::expect_close(state.weights, theta, 1e-6, "weights");
  testing::expect_close(state.average, average, 1e-6, "average");
}

TEST(Adam, WithoutAverageTheAverageIsTheWeights) {
  AdamState state = state_of(at::randn({100}));
  adam_update(state, at::randn({100}), 1, {.learning_rate = 0.1});
  EXPECT_TRUE(at::equal(state.average, state.weights));
}

TEST(Adam, DoesNotDependOnThreads) {
  const Tensor start = at::randn({200000});
  const Tensor g = at::randn({200000});
  const int before = at::get_num_threads();
  AdamState one = state_of(start);
  AdamState two = state_of(start);
  at::set_num_threads(1);
  adam_update(one, g, 3, {});
  const double norm = gradient_norm(g);
  at::set_num_threads(2);
  adam_update(two, g, 3, {});
  EXPECT_EQ(gradient_norm(g), norm);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one.weights, two.weights));
  EXPECT_NEAR(norm, g.to(at::kDouble).norm().item<double>(), 1e-9 * norm);
}

TEST(Adam, RejectsWhatDoesNotFit) {
  AdamState state = state_of(at::zeros({4}));
  testing::expect_error([&] { adam_update(state, at::zeros({5}), 1, {}); }, "5 entries");
  testing::expect_error([&] { adam_update(state, at::zeros({4}), 0, {}); }, "the first is 1");
}

}  // namespace
}  // namespace mdsm
