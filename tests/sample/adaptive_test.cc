#include "mdsm/sample/adaptive.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/sample/jump.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_error;

constexpr double kSigma0 = 0.1;

ChainEnds keep() { return {.ending = Ending::keep, .sigma0 = kSigma0}; }

RandomRows rows(int64_t count) { return RandomRows::slots(1, Stream::data, 0, count); }

/// The exact blind denoiser of data that are the point 0.
DiagonalGaussianEnergy point_datum(const Shape& shape) {
  return {at::zeros(shape), at::full({1}, kSigma0 * kSigma0, at::kDouble)};
}

Tensor started(const std::vector<double>& sigmas, const Shape& shape) {
  const auto count = static_cast<int64_t>(sigmas.size());
  const Tensor n = rows(count).with(Stream::measurement).normal(0, shape, at::kDouble);
  return n * per_datum(at::tensor(sigmas), n);
}

class Watcher final : public Observer {
 public:
  bool wants_energy(int64_t step) const override { return step % 2 == 0; }
  Reply observe(const ChainState& state) override {
    sigmas.push_back(implied_sigma(state.x, at::zeros_like(state.x)));
    if (state.energy.defined()) energies.push_back(state.energy.clone() - state.x.square().sum(1) / 0.02);
    spent.push_back(state.gradients);
    return Reply::go_on;
  }
  void finish(const ChainEnd& end) override { gradients = end.gradients; }
  Tensors sigmas;
  Tensors energies;
  std::vector<double> spent;
  double gradients = 0;
};

// Of a point the noise falls by 1 - beta h_t in mean square: 4096 dimensions make that 1.1 % exact a step (standard
// error sqrt(1/2/4096) of the fresh part), checked to 4.75 of these over 4 steps and 3 chains.
TEST(Adaptive, TheNoiseFallsByOneMinusBetaH) {
  const double beta = 0.4;
  const double h0 = 0.2;
  const AdaptiveSampler sampler({.beta = beta, .first_step = h0, .sigma_end = 1e-9, .most_steps = 5}, keep());
  Watcher watcher;
  sampler.run(point_datum({4096}), started({1, 2, 3}, {4096}), rows(3), &watcher);
  ASSERT_EQ(watcher.sigmas.size(), 5U);
  for (size_t t = 1; t < 5; ++t) {
    const double h = h0 * static_cast<double>(t) / (1 + h0 * static_cast<double>(t - 1));
    const Tensor ratio = watcher.sigmas[t] / watcher.sigmas[t - 1];
    EXPECT_LT((ratio / (1 - beta * h) - 1).abs().max().item<double>(), testing::kSigmas * std::sqrt(0.5 / 4096)) << t;
  }
}

TEST(Adaptive, EachChainStopsByItselfAtSigmaL) {
  const AdaptiveSettings settings{.beta = 0.5, .first_step = 0.1, .sigma_end = 0.1, .most_steps = 500};
  const AdaptiveSampler sampler(settings, keep());
  Watcher watcher;
  const Tensor x0 = started({0.05, 1, 3}, {1024});
  const Tensor x = sampler.run(point_datum({1024}), x0, rows(3), &watcher);
  const Tensor sigma = implied_sigma(x, at::zeros_like(x));
  EXPECT_TRUE(at::equal(x[0], x0[0]));  // below sigma_L from the beginning: one gradient, no step
  for (int64_t chain : {1, 2}) {
    EXPECT_LE(sigma[chain].item<double>(), 0.1);
    EXPECT_GT(sigma[chain].item<double>(), 0.045);  // a step divides it by 2 at most
  }
  // The energies are those of the chains, of those that stand still too.
  for (const Tensor& off : watcher.energies) EXPECT_LT(off.abs().max().item<double>(), 1e-6);
  // Alone, a chain takes the same way and as many gradients.
  double sum = 0;
  for (int64_t chain = 0; chain < 3; ++chain) {
    Watcher alone;
    const Tensor one = sampler.run(point_datum({1024}), x0.narrow(0, chain, 1), rows(3).narrow(chain, 1), &alone);
    EXPECT_TRUE(at::equal(one[0], x[chain])) << chain;
    sum += alone.gradients;
    if (chain == 0) {
      EXPECT_EQ(alone.gradients, 1);
    }
  }
  EXPECT_DOUBLE_EQ(watcher.gradients, sum / 3);
  EXPECT_LT(watcher.gradients, 60);
  EXPECT_TRUE(std::is_sorted(watcher.spent.begin(), watcher.spent.end()));
}

TEST(Adaptive, StepsAreBounded) {
  const AdaptiveSampler sampler({.sigma_end = 0.01, .most_steps = 3}, {.ending = Ending::jump, .sigma0 = kSigma0});
  EXPECT_EQ(sampler.gradient_count(), 4);
  Watcher watcher;
  sampler.run(point_datum({64}), started({3, 3}, {64}), rows(2), &watcher);
  EXPECT_EQ(watcher.gradients, 4);
}

TEST(Adaptive, WrongSettingsAreErrors) {
  expect_error([] { AdaptiveSampler({.beta = 2}, keep()); }, "beta is 2");
  expect_error([] { AdaptiveSampler({.first_step = 0}, keep()); }, "sample.h0");
  expect_error([] { AdaptiveSampler({.sigma_end = 0}, keep()); }, "sample.sigma_min");
  expect_error([] { AdaptiveSampler({.most_steps = 0}, keep()); }, "sample.steps");
}

}  // namespace
}  // namespace mdsm
