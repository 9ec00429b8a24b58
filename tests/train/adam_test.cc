#include "mdsm/train/adam.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "mdsm/train/gradient_norm.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

/// Weights in training by adam_update.
struct Trained {
  explicit Trained(const Tensor& weights)
      : theta{weights.clone(), weights.clone()}, moments(AdamMoments::zeros(weights.numel())) {}
  void update(const Tensor& gradient, const UpdateStep& step) { adam_update(theta, moments, gradient, step); }
  FlatWeights theta;
  AdamMoments moments;
};

// Kingma and Ba's algorithm 1, written with whole tensors in float64.
TEST(Adam, FollowsTheAlgorithm) {
  const int64_t size = 70000;  // more than two grains
  Trained state(at::randn({size}));
  Tensor theta = state.theta.weights.to(at::kDouble);
  Tensor average = theta.clone();
  Tensor m = at::zeros({size}, at::kDouble);
  Tensor v = at::zeros({size}, at::kDouble);
  for (int64_t t = 1; t <= 5; ++t) {
    const Tensor g = at::randn({size});
    state.update(g, {.number = t, .learning_rate = 0.01, .gradient_scale = 0.5, .average_decay = 0.9});
    const Tensor scaled = 0.5 * g.to(at::kDouble);
    m = 0.9 * m + 0.1 * scaled;
    v = 0.95 * v + 0.05 * scaled * scaled;
    theta = theta - 0.01 * (m / (1 - std::pow(0.9, t))) / ((v / (1 - std::pow(0.95, t))).sqrt() + 1e-8);
    average = 0.9 * average + 0.1 * theta;
  }
  testing::expect_close(state.theta.weights, theta, 1e-6, "weights");
  testing::expect_close(state.theta.average, average, 1e-6, "average");
}

TEST(Adam, WithoutAverageTheAverageIsTheWeights) {
  Trained state(at::randn({100}));
  state.update(at::randn({100}), {.learning_rate = 0.1});
  EXPECT_TRUE(at::equal(state.theta.average, state.theta.weights));
}

TEST(Adam, DoesNotDependOnThreads) {
  const Tensor start = at::randn({200000});
  const Tensor g = at::randn({200000});
  const int before = at::get_num_threads();
  Trained one(start);
  Trained two(start);
  at::set_num_threads(1);
  one.update(g, {.number = 3});
  const double norm = gradient_norm(g).item<double>();
  at::set_num_threads(2);
  two.update(g, {.number = 3});
  EXPECT_EQ(gradient_norm(g).item<double>(), norm);
  at::set_num_threads(before);
  EXPECT_TRUE(at::equal(one.theta.weights, two.theta.weights));
  EXPECT_NEAR(norm, g.to(at::kDouble).norm().item<double>(), 1e-9 * norm);
}

TEST(Adam, RejectsWhatDoesNotFit) {
  Trained state(at::zeros({4}));
  testing::expect_error([&] { state.update(at::zeros({5}), {}); }, "5 entries");
  testing::expect_error([&] { state.update(at::zeros({4}), {.number = 0}); }, "the first is 1");
}

}  // namespace
}  // namespace mdsm
