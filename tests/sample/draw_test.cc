#include "mdsm/sample/draw.h"

#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/energy/analytic/gaussian.h"
#include "support/convolution_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

DiagonalGaussianEnergy image_energy() { return {at::full({1, 3, 5}, 0.5), at::full({1}, 0.09)}; }

std::vector<uint64_t> seeds(size_t count) {
  std::vector<uint64_t> list(count);
  std::iota(list.begin(), list.end(), 40);
  return list;
}

TEST(Draw, TheBatchChangesNothing) {
  const DiagonalGaussianEnergy energy = image_energy();
  const SampleOptions options{.sampler = "langevin", .steps = 30, .batch = 4};
  const Drawn drawn = draw_samples(energy, options, 0.1, seeds(11));
  EXPECT_EQ(drawn.samples.sizes(), at::IntArrayRef({11, 1, 3, 5}));
  EXPECT_EQ(drawn.samples.scalar_type(), at::kFloat);
  EXPECT_EQ(drawn.gradients_per_sample, 30);
  EXPECT_EQ(drawn.mean_gradients, 30);
  EXPECT_TRUE(std::isnan(drawn.acceptance));
  EXPECT_TRUE(drawn.trace.empty());
  for (int64_t batch : {1, 11, 100}) {
    EXPECT_TRUE(
        at::equal(draw_samples(energy, {.sampler = "langevin", .steps = 30, .batch = batch}, 0.1, seeds(11)).samples,
                  drawn.samples));
  }
  const std::vector<uint64_t> one{43};
  EXPECT_TRUE(at::equal(draw_samples(energy, options, 0.1, one).samples[0], drawn.samples[3]));
  EXPECT_EQ(draw_samples(energy, options, 0.1, {}).samples.sizes(), at::IntArrayRef({0, 1, 3, 5}));
}

TEST(Draw, ANetworksBatchChangesRoundingOnly) {
  const testing::ConvolutionEnergy network({2, 6, 6});
  const Tensor all =
      draw_samples(network, {.sampler = "langevin", .steps = 50, .step_size = 0.05}, 0.1, seeds(7)).samples;
  expect_close(
      draw_samples(network, {.sampler = "langevin", .steps = 50, .step_size = 0.05, .batch = 3}, 0.1, seeds(7)).samples,
      all, 1e-5);
}

TEST(Draw, ATraceIsOfAllChainsWhateverTheBatch) {
  const DiagonalGaussianEnergy energy = image_energy();
  const DrawHooks hooks{.trace = TraceDetail::each, .trace_every = 4};
  const Drawn drawn = draw_samples(energy, {.sampler = "langevin", .steps = 11, .batch = 3}, 0.1, seeds(7), hooks);
  ASSERT_EQ(drawn.trace.size(), 3U);
  EXPECT_EQ(drawn.trace[1].step, 4);
  EXPECT_EQ(drawn.trace[0].temperature, 100);
  // Before the first step the chains are at their start.
  const Tensor start = RandomRows::seeds(seeds(7), Stream::chain_start).normal(0, {1, 3, 5}) + 0.5;
  expect_close(at::tensor(drawn.trace[0].energies), energy.value(start), 1e-6);
  for (const ChainRecord& record : drawn.trace) {
    ASSERT_EQ(record.energies.size(), 7U);
    EXPECT_NEAR(record.mean_energy / at::tensor(record.energies).mean().item<double>(), 1, 1e-6);
  }
  const Drawn mean = draw_samples(energy, {.sampler = "langevin", .steps = 11, .batch = 7}, 0.1, seeds(7),
                                  {.trace = TraceDetail::mean});
  ASSERT_EQ(mean.trace.size(), 10U);
  EXPECT_TRUE(mean.trace[4].energies.empty());
  EXPECT_NEAR(mean.trace[4].mean_energy / drawn.trace[1].mean_energy, 1, 1e-6);
  EXPECT_TRUE(at::equal(mean.samples, drawn.samples));
}

TEST(Draw, ProgressRisesFromZeroToNearlyOne) {
  std::vector<double> fractions;
  std::vector<std::string> texts;
  const Watch watch([&](double fraction, std::string_view text) {
    fractions.push_back(fraction);
    texts.emplace_back(text);
  });
  draw_samples(image_energy(), {.sampler = "langevin", .steps = 5, .batch = 2}, 0.1, seeds(5), {}, watch);
  ASSERT_EQ(fractions.size(), 12U);
  EXPECT_EQ(fractions.front(), 0);
  EXPECT_DOUBLE_EQ(fractions[6], 0.6);
  EXPECT_DOUBLE_EQ(fractions.back(), 0.95);
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(texts[6], "step 2/4 of samples 3-4 of 5");
}

/// Asks to stop from its nth question on.
Watch stopping_at(int64_t n) {
  return Watch(nullptr, [left = n]() mutable { return --left <= 0; });
}

TEST(Draw, AnInterruptGoesThroughOrKeepsTheFinishedBatches) {
  const DiagonalGaussianEnergy energy = image_energy();
  const SampleOptions options{.sampler = "langevin", .steps = 5, .batch = 2};
  const Tensor all = draw_samples(energy, options, 0.1, seeds(5)).samples;
  expect_error([&] { draw_samples(energy, options, 0.1, seeds(5), {}, stopping_at(8)); }, "interrupted",
               Fault::interrupted);
  const DrawHooks hooks{.trace = TraceDetail::each, .on_stop = OnStop::keep};
  const Drawn drawn = draw_samples(energy, options, 0.1, seeds(5), hooks, stopping_at(8));  // of 4 steps a batch
  EXPECT_TRUE(at::equal(drawn.samples, all.narrow(0, 0, 2)));
  ASSERT_EQ(drawn.trace.size(), 4U);
  ASSERT_EQ(drawn.trace[0].energies.size(), 2U);
  EXPECT_NEAR(drawn.trace[0].mean_energy / at::tensor(drawn.trace[0].energies).mean().item<double>(), 1, 1e-6);
  const Drawn nothing = draw_samples(energy, options, 0.1, seeds(5), hooks, stopping_at(1));
  EXPECT_EQ(nothing.samples.size(0), 0);
  EXPECT_TRUE(nothing.trace.empty());
}

/// Stops in the second batch.
class StopInSecondBatch final : public Observer {
 public:
  Reply observe(const ChainState& state) override {
    batches += state.step == 0 ? 1 : 0;
    return batches == 2 ? Reply::stop : Reply::go_on;
  }
  int batches = 0;
};

TEST(Draw, AnObserverMayStopItToo) {
  StopInSecondBatch observer;
  const Drawn drawn = draw_samples(image_energy(), {.sampler = "langevin", .steps = 5, .batch = 2}, 0.1, seeds(5),
                                   {.observer = &observer});
  EXPECT_EQ(drawn.samples.size(0), 2);
}

TEST(Draw, ChainsThatDivergeAreAFailureThatNamesTheSeed) {
  expect_error(
      [] { draw_samples(image_energy(), {.sampler = "langevin", .steps = 2000, .step_size = 5}, 0.1, seeds(3)); },
      "3 of 3 chains left the finite numbers at step", Fault::failure);
}

TEST(Draw, WrongRequestsAreErrors) {
  const DiagonalGaussianEnergy energy = image_energy();
  expect_error([&] { draw_samples(energy, {.sampler = "langevin", .batch = 0}, 0.1, seeds(1)); }, "sample.batch");
  expect_error([&] { draw_samples(energy, {.sampler = "langevin"}, 0.1, seeds(1), {.trace_every = 0}); },
               "every 0 steps");
  expect_error([&] { draw_samples(energy, {.sampler = "langevin"}, -1, seeds(1)); }, "sigma0 is -1");
  expect_error([&] { draw_samples(energy, {.sampler = "langevni"}, 0.1, seeds(1)); }, "Did you mean 'langevin'?");
  expect_error([&] { draw_samples(energy, {.sampler = "langevin", .start = "nose"}, 0.1, seeds(1)); },
               "Did you mean 'noise'?");
}

}  // namespace
}  // namespace mdsm
