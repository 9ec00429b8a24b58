#include "mdsm/sample/langevin.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/analytic/mixture.h"
#include "mdsm/sample/jump.h"
#include "mdsm/sample/temperature.h"
#include "support/convolution_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

ChainEnds keep() { return {.start = noise_start(0.5, 1), .ending = Ending::keep, .sigma0 = 0.1}; }

RandomRows chains(std::vector<uint64_t> seeds) { return RandomRows::seeds(seeds, Stream::data); }

/// A Gaussian of 0.5 and 0.3 standard deviation over images of an odd size: vector loops have a tail.
DiagonalGaussianEnergy image_energy() { return {at::full({1, 3, 5}, 0.5), at::full({1}, 0.09)}; }

// x <- x - (eps^2/2) g + eps sqrt(T) n, with the noise of Stream::chain_step at the step's number.
TEST(Langevin, AChainIsTheUpdateRepeated) {
  const DiagonalGaussianEnergy energy = image_energy();
  const RandomRows rows = chains({4, 9});
  const std::vector<double> temperatures{9, 2, 0};
  const double eps = 0.1;
  const Tensor x0 = at::linspace(-1, 1, 30, at::kDouble).reshape({2, 1, 3, 5});
  Tensor x = x0.clone();
  for (size_t t = 0; t < temperatures.size(); ++t) {
    const Tensor n = rows.with(Stream::chain_step).normal(static_cast<uint32_t>(t), {1, 3, 5}, at::kDouble);
    x = x - (eps * eps / 2) * (x - 0.5) / at::full({1}, 0.09).to(at::kDouble) + eps * std::sqrt(temperatures[t]) * n;
  }
  const Tensor before = x0.clone();
  expect_close(LangevinSampler(temperatures, eps, keep()).run(energy, x0, rows), x, 1e-14);
  EXPECT_TRUE(at::equal(x0, before));
}

TEST(Langevin, TheEndingIsOneJump) {
  const DiagonalGaussianEnergy energy = image_energy();
  const RandomRows rows = chains({4, 9});
  ChainEnds ends = keep();
  const LangevinSampler plain({1, 1}, 0.02, ends);
  ends.ending = Ending::jump;
  const LangevinSampler jumping({1, 1}, 0.02, ends);
  const Tensor end = plain.run(energy, {}, rows);
  expect_close(jumping.run(energy, {}, rows), end - 0.01 * (end - 0.5) / 0.09, 1e-6);
  EXPECT_EQ(plain.gradient_count(), 2);
  EXPECT_EQ(jumping.gradient_count(), 3);
}

TEST(Langevin, TheStartIsTheSamplersOwnUnlessGiven) {
  const DiagonalGaussianEnergy energy = image_energy();
  const RandomRows rows = chains({1, 2, 3});
  const Tensor own = rows.with(Stream::chain_start).normal(0, {1, 3, 5}) + 0.5;
  const LangevinSampler sampler({4, 0}, 0.05, keep());
  EXPECT_TRUE(at::equal(sampler.run(energy, {}, rows), sampler.run(energy, own, rows)));
  EXPECT_TRUE(at::equal(sampler.run(energy, {}, rows), sampler.run(energy, {}, rows.with(Stream::held_out_noise))));
  expect_error([&] { sampler.run(energy, at::zeros({2, 1, 3, 5}), rows); }, "2 chains for 3 keys");
  expect_error([&] { sampler.run(energy, at::zeros({3, 1, 5, 3}), rows); }, "expected a batch of (1, 3, 5)");
}

// Elementwise energies: the same bits alone, in another batch, at another place.
TEST(Langevin, AnImageDoesNotDependOnItsBatch) {
  const DiagonalGaussianEnergy gaussian(at::full({1, 7, 9}, 0.5), at::linspace(0.01, 1, 63).reshape({1, 7, 9}));
  const LangevinSampler sampler(three_stage_temperatures(100, 60), 0.02, {});
  std::vector<uint64_t> seeds(11);
  std::iota(seeds.begin(), seeds.end(), uint64_t{1} << 33);
  const Tensor all = sampler.run(gaussian, {}, chains(seeds));
  for (size_t i : {size_t{0}, size_t{5}, size_t{10}}) {
    EXPECT_TRUE(at::equal(sampler.run(gaussian, {}, chains({seeds[i]}))[0], all[static_cast<int64_t>(i)])) << i;
  }
  EXPECT_TRUE(at::equal(sampler.run(gaussian, {}, chains({seeds[7], 3, seeds[2]}))[2], all[2]));
  EXPECT_FALSE(at::equal(all[0], all[1]));
}

// A convolution may sum in another order in another batch: to rounding, over a chain that forgets (the noise is
// common).
TEST(Langevin, AnImageOfANetworkDependsOnItsBatchToRoundingOnly) {
  const testing::ConvolutionEnergy network({1, 8, 8});
  const LangevinSampler sampler(three_stage_temperatures(100, 100), 0.05, {});
  const Tensor all = sampler.run(network, {}, chains({1, 2, 3, 4, 5, 6, 7}));
  for (uint64_t seed : {1U, 4U, 7U}) {
    expect_close(sampler.run(network, {}, chains({seed}))[0], all[static_cast<int64_t>(seed) - 1], 1e-5);
  }
}

/// Counts calls; stops at a step.
class Watcher final : public Observer {
 public:
  Watcher(int64_t energy_every, int64_t stop_at) : energy_every_(energy_every), stop_at_(stop_at) {}
  bool wants_energy(int64_t step) const override { return energy_every_ > 0 && step % energy_every_ == 0; }
  Reply observe(const ChainState& state) override {
    seen.push_back(state.x.clone());
    temperatures.push_back(state.temperature);
    energies.push_back(state.energy);
    steps = state.steps;
    return state.step == stop_at_ ? Reply::stop : Reply::go_on;
  }
  Tensors seen;
  Tensors energies;
  std::vector<double> temperatures;
  int64_t steps = 0;

 private:
  int64_t energy_every_;
  int64_t stop_at_;
};

/// A Gaussian that counts what it is asked for.
class CountingEnergy final : public Energy {
 public:
  Shape datum_shape() const override { return inner_.datum_shape(); }
  Tensor value(const Tensor& x) const override { return inner_.value(x); }
  ValueAndGradient value_and_gradient(const Tensor& x) const override { return ++both, inner_.value_and_gradient(x); }
  Tensor gradient(const Tensor& x) const override { return ++gradients, inner_.gradient(x); }
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override { return inner_.linearize(x); }
  const Parameters& parameters() const override { return inner_.parameters(); }
  mutable int both = 0;
  mutable int gradients = 0;

 private:
  DiagonalGaussianEnergy inner_ = image_energy();
};

TEST(Langevin, AnObserverSeesEveryStepAndPaysForEnergiesOnlyWhereItWantsThem) {
  const CountingEnergy energy;
  const RandomRows rows = chains({1, 2});
  const LangevinSampler sampler({9, 4, 1, 0}, 0.05, {});
  Watcher watcher(3, -1);
  const Tensor watched = sampler.run(energy, {}, rows, &watcher);
  EXPECT_EQ(energy.both, 2);
  EXPECT_EQ(energy.gradients, 3);  // two steps and the jump
  EXPECT_EQ(watcher.steps, 4);
  EXPECT_EQ(watcher.temperatures, (std::vector<double>{9, 4, 1, 0}));
  EXPECT_TRUE(at::equal(watcher.seen[0], rows.with(Stream::chain_start).normal(0, {1, 3, 5}) + 0.5));
  EXPECT_TRUE(at::equal(watcher.energies[3], energy.value(watcher.seen[3])));
  EXPECT_FALSE(watcher.energies[1].defined());
  EXPECT_TRUE(at::equal(watched, sampler.run(energy, {}, rows)));
}

TEST(Langevin, AStoppedChainIsReturnedAsItStands) {
  const CountingEnergy energy;
  Watcher watcher(0, 2);
  const Tensor x = LangevinSampler({9, 4, 1, 0}, 0.05, {}).run(energy, {}, chains({1, 2}), &watcher);
  EXPECT_EQ(watcher.seen.size(), 3U);
  EXPECT_TRUE(at::equal(x, watcher.seen[2]));
}

TEST(Langevin, NoAutogradHistoryIsKept) {
  const DiagonalGaussianEnergy energy = image_energy();
  const Tensor x0 = at::zeros({1, 1, 3, 5}).requires_grad_(true);
  const Tensor x = LangevinSampler({1}, 0.05, {}).run(energy, x0, chains({1}));
  EXPECT_FALSE(x.requires_grad());
  EXPECT_FALSE(jump(energy, x0, 0.1).requires_grad());
}

TEST(Langevin, WrongSettingsAreErrors) {
  expect_error([] { LangevinSampler({}, 0.02, {}); }, "no temperatures");
  expect_error([] { LangevinSampler({1, -1}, 0.02, {}); }, "-1 at place 1");
  expect_error([] { LangevinSampler({1}, 0, {}); }, "sample.step_size");
  expect_error([] { LangevinSampler({1}, 0.02, {.sigma0 = 0}); }, "sigma0 is 0");
  expect_error([] { LangevinSampler({1}, 0.02, {.start = Start()}); }, "no start");
  expect_error([] { noise_start(0.5, -1); }, "sample.start_scale");
}

}  // namespace
}  // namespace mdsm
