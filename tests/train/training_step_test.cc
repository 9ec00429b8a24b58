#include "mdsm/train/training_step.h"

#include <gtest/gtest.h>

#include <thread>

#include "mdsm/noise/eight_bits.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/small_training.h"

namespace mdsm {
namespace {

using testing::mnist_data;
using testing::small_mnist;

std::shared_ptr<Energy> energy_of(const Experiment& experiment) {
  return build_energy(experiment.energy, {1, 32, 32}, 0, {.precision = Precision::fp32});
}

TEST(TrainingStep, MicroBatchesGiveTheSameGradient) {
  Experiment experiment = small_mnist(1);
  const auto energy = energy_of(experiment);
  Gradients whole = Gradients::zeros_like(energy->parameters());
  Gradients parts = Gradients::zeros_like(energy->parameters());
  const StepValues one = TrainingStep(mnist_data().train, experiment, 0)(*energy, 5, whole);
  experiment.train.micro_batch = 3;  // 3 + 3 + 2
  const StepValues three = TrainingStep(mnist_data().train, experiment, 0)(*energy, 5, parts);
  EXPECT_TRUE(at::equal(three.sigma, one.sigma));
  testing::expect_close(three.losses, one.losses, 1e-6);
  testing::expect_close(parts.flat(), whole.flat(), 1e-5);
  EXPECT_GT(whole.flat().abs().max().item<float>(), 0);
  EXPECT_NEAR(one.loss.item<double>(), one.losses.mean().item<double>(), 1e-3);
  EXPECT_NEAR(one.norm.item<double>(), whole.flat().norm().item<double>(), 1e-4 * one.norm.item<double>());
}

// What several processes rest on: slots draw the same wherever they are computed, and gradients add up.
TEST(TrainingStep, SharesOfABatchAddUp) {
  Experiment experiment = small_mnist(1);
  experiment.data.flip = true;
  const auto energy = energy_of(experiment);
  Gradients whole = Gradients::zeros_like(energy->parameters());
  Gradients part = Gradients::zeros_like(energy->parameters());
  const StepValues all = TrainingStep(mnist_data().train, experiment, 0)(*energy, 7, whole);
  Tensor sum = at::zeros_like(whole.flat());
  Tensors losses;
  for (const Share& share : {Share{0, 3}, Share{3, 5}}) {
    losses.push_back(TrainingStep(mnist_data().train, experiment, 0, share)(*energy, 7, part).losses);
    sum += part.flat();
  }
  testing::expect_close(at::cat(losses), all.losses, 1e-6);
  testing::expect_close(sum, whole.flat(), 1e-5);
  testing::expect_error([&] { TrainingStep(mnist_data().train, experiment, 0, Share{4, 5}); }, "of a batch of 8");
}

TEST(StepDraws, RoundAsFilesDo) {
  Experiment experiment = small_mnist(1);
  const StepDraw plain = StepDraws(mnist_data().train, experiment, 0)(2, {0, 8});
  experiment.noise.eight_bits = 1;
  const StepDraw rounded = StepDraws(mnist_data().train, experiment, 0)(2, {0, 8});
  EXPECT_TRUE(at::equal(rounded.x, plain.x));
  EXPECT_TRUE(at::equal(rounded.noisy, as_eight_bits(plain.noisy)));
  EXPECT_FALSE(at::equal(rounded.noisy, plain.noisy));
}

// Two threads that go through other epochs: no draw is torn, none differs from what one thread draws.
TEST(StepDraws, ThreadsDrawWhatOneDraws) {
  Experiment experiment = small_mnist(1);
  experiment.train.batch = 500;
  const StepDraws draws(mnist_data().train, experiment, 0);
  const int64_t steps = 12;
  const auto alone = [&](int64_t step) { return draws(step, {0, 4}).noisy; };
  Tensors expected;
  for (int64_t i = 0; i < steps; ++i) expected.push_back(alone(100 * i));
  std::vector<int> same(2, 1);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t i = 0; i < steps; ++i) {
        const int64_t which = t == 0 ? i : steps - 1 - i;
        if (!at::equal(alone(100 * which), expected[static_cast<size_t>(which)])) same[t] = 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, (std::vector<int>{1, 1}));
}

}  // namespace
}  // namespace mdsm
