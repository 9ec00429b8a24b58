// Energies that no experiment describes: a callable, a sum.
#include <gtest/gtest.h>

#include "mdsm/data/memory_source.h"
#include "mdsm/energy/autograd_energy.h"
#include "mdsm/train/directory_writer.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/trainer.h"
#include "support/check_energy.h"
#include "support/expect_error.h"
#include "support/small_training.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::Listener;
using testing::read_bytes;
using testing::TempDir;

/// A Gaussian of unknown mean and precision.
std::shared_ptr<AutogradEnergy> gaussian() {
  Parameters theta;
  theta.add("mean", at::zeros({2}));
  theta.add("precision", at::ones({1}));
  return std::make_shared<AutogradEnergy>(
      [](const Tensor& x, const Parameters& p) {
        return 0.5 * p.at("precision") * sum_per_datum((x - p.at("mean")).square());
      },
      theta, Shape{2});
}

/// 4096 points around (1, 1) of standard deviation 0.2.
TrainingData points() {
  const Tensor data = 1 + 0.2 * RandomRows::slots(0, Stream::data, 0, 4096).normal(0, {2}, at::kFloat);
  return {
      std::make_shared<MemorySource>("points", Split::train, LabelledData{data, at::full({4096}, -1, at::kLong), {}})};
}

Experiment plan(int64_t steps) {
  Experiment experiment;
  experiment.noise = {.sigma_min = 0.1, .sigma_max = 0.1};
  experiment.objective.sigma0 = 0.1;
  experiment.train.steps = steps;
  experiment.train.batch = 64;
  experiment.train.learning_rate = 2e-2;
  experiment.train.sample_every = 0;
  experiment.train.checkpoint_every = steps;
  return experiment;
}

// The variance of the noisy data is 0.2^2 + 0.1^2, so the right precision is 20.
TEST(OwnEnergy, LearnsAndKeepsNothing) {
  const auto energy = gaussian();
  Trainer trainer({.energy = energy}, plan(3000), points());
  EXPECT_EQ(trainer.run(), TrainOutcome::finished);
  expect_close(trainer.average().parameters().at("mean"), at::ones({2}), 0.03);
  EXPECT_NEAR(trainer.average().parameters().at("precision").item<double>(), 20, 1);
  EXPECT_EQ(trainer.state().origin, EnergyOrigin::own);
}

TEST(OwnEnergy, ResumesToTheSameBytesAndItsWeightsAreRead) {
  const TempDir folder;
  const RunDirectory whole(folder / "whole");
  const RunDirectory parts(folder / "parts");
  const auto trainer = [](const RunDirectory& run) {
    return Trainer({.energy = gaussian()}, plan(20), points(), std::make_shared<DirectoryWriter>(run));
  };
  Trainer one = trainer(whole);
  one.run();
  EXPECT_EQ(trainer(parts).run({}, 7), TrainOutcome::stopped);
  EXPECT_EQ(trainer(parts).run(), TrainOutcome::finished);
  EXPECT_EQ(read_bytes(parts.state_file()), read_bytes(whole.state_file()));
  EXPECT_EQ(read_bytes(parts.checkpoint_file(20)), read_bytes(whole.checkpoint_file(20)));

  const auto loaded = gaussian();
  EXPECT_EQ(load_weights(whole.path(), *loaded), 20);
  EXPECT_TRUE(at::equal(loaded->parameters().at("mean"), one.average().parameters().at("mean")));
  EXPECT_EQ(load_weights(whole.path(), *loaded, Weights::raw), 20);
  EXPECT_TRUE(at::equal(loaded->parameters().at("mean"), one.energy().parameters().at("mean")));
  // The program cannot know how it is computed, and says so.
  expect_error([&] { load_trained_energy(whole.path()); }, "somebody's own");
  expect_error([&] { resumed_experiment(whole); }, "somebody's own");
  Parameters other;
  other.add("mean", at::zeros({3}));
  const AutogradEnergy misfit([](const Tensor& x, const Parameters&) { return x.sum(1); }, other, {2});
  expect_error([&] { load_weights(whole.path(), misfit); }, "shape (2) (expected (3))");
  const AutogradEnergy elsewhere([](const Tensor& x, const Parameters&) { return x.sum(1); }, other, {3});
  expect_error([&] { load_weights(whole.path(), elsewhere); }, "data of shape (2)");
}

TEST(OwnEnergy, RollsBackFromMemory) {
  Experiment experiment = plan(50);
  experiment.train.learning_rate = 1e30;
  Listener listener;
  Trainer trainer({.energy = gaussian()}, experiment, points());
  expect_error([&] { trainer.run({&listener}); }, "The last good state is in memory", Fault::failure);
  EXPECT_EQ(listener.messages.size(), 2U);
}

// The moving average of an energy that there is once only obeys the contract of energies, and leaves the weights alone.
TEST(OwnEnergy, TheAverageIsAnEnergy) {
  Trainer trainer({.energy = gaussian()}, plan(100), points());
  trainer.run();
  const Parameters before = trainer.energy().parameters().clone(at::kFloat);
  const Tensor x = testing::test_normal(4, {2}, 0, at::kFloat);
  const auto twin = gaussian();
  twin->parameters().assign(trainer.average().parameters());
  EXPECT_FALSE(at::equal(before.at("mean"), twin->parameters().at("mean")));
  const Energy& average = trainer.average();
  EXPECT_TRUE(at::equal(average.value(x), twin->value(x)));
  EXPECT_TRUE(at::equal(average.gradient(x), twin->gradient(x)));
  EXPECT_TRUE(at::equal(average.value_and_gradient(x).gradient, twin->gradient(x)));
  Gradients found = Gradients::zeros_like(average.parameters());
  Gradients expected = Gradients::zeros_like(average.parameters());
  const auto at_average = average.linearize(x);
  const auto at_twin = twin->linearize(x);
  at_average->pull_back(x, found);
  at_twin->pull_back(x, expected);
  EXPECT_TRUE(at::equal(found.flat(), expected.flat()));
  at_average->pull_back_value(at::ones({4}), found);
  at_twin->pull_back_value(at::ones({4}), expected);
  EXPECT_TRUE(at::equal(found.flat(), expected.flat()));
  EXPECT_TRUE(at::equal(at_average->value(), at_twin->value()));
  EXPECT_TRUE(at::equal(at_average->gradient(), at_twin->gradient()));
  EXPECT_TRUE(at::equal(trainer.energy().parameters().at("mean"), before.at("mean")));
}

TEST(OwnEnergy, WhatCannotBeTrainedIsRefused) {
  const auto still = std::make_shared<AutogradEnergy>(
      [](const Tensor& x, const Parameters&) { return sum_per_datum(x.square()); }, Parameters(), Shape{2});
  expect_error([&] { Trainer({.energy = still}, plan(1), points()); }, "no parameters");
  expect_error([&] { Trainer({.energy = nullptr}, plan(1), points()); }, "no energy");
  expect_error([&] { Trainer({.energy = gaussian()}, plan(1), testing::mnist_data()); }, "data of shape (1, 32, 32)");
}

}  // namespace
}  // namespace mdsm
