#include "mdsm/sample/hmc.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/double_well.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/sample/hmc_transition.h"
#include "mdsm/sample/langevin.h"
#include "mdsm/sample/temperature.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::expect_error;

ChainEnds keep() { return {.ending = Ending::keep, .sigma0 = 0.1}; }

RandomRows rows(int64_t count) { return RandomRows::slots(1, Stream::data, 0, count); }

class Watcher final : public Observer {
 public:
  bool wants_energy(int64_t) const override { return true; }
  Reply observe(const ChainState& state) override {
    const Tensor energy = state.x.to(at::kDouble).square().sum(1) / 0.5;
    off = std::max(off, (energy - state.energy).abs().max().item<double>());
    gradient_off = std::max(gradient_off, (state.x / 0.25 - state.gradient).abs().max().item<double>());
    spent = state.gradients;
    return Reply::go_on;
  }
  void finish(const ChainEnd& end) override { acceptance = end.acceptance; }
  double off = 0;
  double gradient_off = 0;
  double spent = 0;
  double acceptance = 0;
};

/// N(0, 0.25 I) in four dimensions.
DiagonalGaussianEnergy gaussian() { return {at::zeros({4}), at::full({1}, 0.25)}; }

// Steps so large that many are refused: the law is exact nevertheless, where plain Langevin dynamics of that step has a
// variance 1.5 times too large (docs/derivations/langevin.md, (3)). 4000 chains: false alarms 4e-6 each.
TEST(Mala, SamplesItsTargetExactly) {
  const HmcSamplerSettings settings{.step_size = 0.6, .leapfrogs = 1, .jitter = 0};
  for (const double temperature : {1.0, 9.0}) {
    const HmcSampler sampler(constant_temperatures(temperature, 60), settings, keep());
    Watcher watcher;
    const Tensor x = sampler.run(gaussian(), at::zeros({4000, 4}, at::kDouble), rows(4000), &watcher);
    testing::expect_normal_moments(x, 0, temperature * 0.25);
    EXPECT_GT(watcher.acceptance, 0.5);
    EXPECT_LT(watcher.acceptance, 0.9);
  }
  const LangevinSampler langevin(constant_temperatures(1, 60), 0.6, keep());
  const double variance = langevin.run(gaussian(), at::zeros({4000, 4}), rows(4000)).var().item<double>();
  EXPECT_NEAR(variance / 0.25, 1 / (1 - 0.36), 0.1);
}

TEST(Hmc, TheSamplerReachesADoubleWell) {
  const DoubleWellEnergy energy({1}, 1, 0.5);
  const HmcSampler sampler(constant_temperatures(1, 25), {.step_size = 0.4, .leapfrogs = 5}, keep());
  const Tensor x = sampler.run(energy, at::zeros({4000, 1}, at::kDouble), rows(4000));
  testing::expect_distribution(x, -6, 6, 40, [&](const Tensor& points) { return -energy.value(points.unsqueeze(1)); });
}

TEST(Hmc, EnergiesAndGradientsAreThoseOfTheKeptStates) {
  const HmcSampler sampler(geometric_temperatures(9, 1, 12), {.step_size = 0.5, .leapfrogs = 3}, keep());
  Watcher watcher;
  sampler.run(gaussian(), rows(200).normal(0, {4}, at::kDouble), rows(200), &watcher);
  EXPECT_LT(watcher.acceptance, 0.98);
  EXPECT_LT(watcher.off, 1e-12);
  EXPECT_LT(watcher.gradient_off, 1e-12);
  EXPECT_EQ(watcher.spent, 1 + 3 * 11);
  EXPECT_EQ(sampler.gradient_count(), 37);
}

TEST(Hmc, AStepAtTemperatureZeroIsLeftOut) {
  const HmcSampler sampler({4, 1, 0}, {.leapfrogs = 2}, keep());
  EXPECT_EQ(sampler.gradient_count(), 5);
}

// From a step ten times too large and one ten times too small the warm-up comes to the target, chain by chain, and the
// steps after it keep the law.
TEST(Hmc, TheWarmUpFindsTheStepSize) {
  const DiagonalGaussianEnergy energy(at::zeros({50}), at::full({1}, 0.25));
  for (const double step_size : {5.0, 0.05}) {
    const HmcSamplerSettings settings{
        .step_size = step_size, .leapfrogs = 3, .jitter = 0.2, .warm_up = 150, .target_acceptance = 0.8};
    const HmcSampler sampler(constant_temperatures(1, 500), settings, keep());
    Watcher watcher;
    const Tensor x = sampler.run(energy, rows(60).normal(0, {50}, at::kDouble) * 0.5, rows(60), &watcher);
    EXPECT_NEAR(watcher.acceptance, 0.8, 0.08) << step_size;
    testing::expect_normal_moments(x, 0, 0.25);
  }
}

TEST(Hmc, AChainIsAFunctionOfItsSeed) {
  const HmcSamplerSettings settings{.step_size = 0.4, .leapfrogs = 2, .warm_up = 5};
  const HmcSampler sampler(constant_temperatures(1, 10), settings, keep());
  const Tensor all = sampler.run(gaussian(), {}, rows(9));
  EXPECT_TRUE(at::equal(sampler.run(gaussian(), {}, rows(9).narrow(4, 1))[0], all[4]));
}

TEST(Hmc, WrongSettingsOfTheSamplerAreErrors) {
  expect_error([] { HmcSampler({1}, {.step_size = 0}, keep()); }, "sample.step_size");
  expect_error([] { HmcSampler({1}, {.leapfrogs = 0}, keep()); }, "sample.leapfrogs");
  expect_error([] { HmcSampler({0, 0}, {}, keep()); }, "every temperature is 0");
  expect_error([] { HmcSampler({1}, {.target_acceptance = 1}, keep()); }, "sample.target_acceptance");
}

}  // namespace
}  // namespace mdsm
