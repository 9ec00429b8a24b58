#include "mdsm/train/start_from.h"

#include <gtest/gtest.h>

#include "mdsm/train/directory_writer.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/trainer.h"
#include "support/expect_error.h"
#include "support/small_training.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::mnist_data;
using testing::small_mnist;
using testing::TempDir;

/// A finished run of two updates in the folder.
std::string trained_in(const TempDir& folder) {
  const RunDirectory run(folder / "first");
  Trainer(small_mnist(2), mnist_data(), run, Precision::fp32).run();
  return run.path().string();
}

/// Another training, with other noise.
Experiment fine_tuning() {
  Experiment experiment = small_mnist(3);
  experiment.train.seed = 9;
  experiment.noise.sigma_max = 1;
  return experiment;
}

Trainer fine_tuned(const std::string& from, const RunDirectory& run) {
  const Trainee trainee = build_trainee(fine_tuning(), {1, 32, 32}, Precision::fp32);
  start_from(from, fine_tuning(), trainee);
  return {trainee, fine_tuning(), mnist_data(), std::make_shared<DirectoryWriter>(run)};
}

TEST(StartFrom, TheWeightsAreThoseOfTheCheckpointAndAllElseIsNew) {
  const TempDir folder;
  const std::string first = trained_in(folder);
  const TrainedEnergy before = load_trained_energy(first, Weights::average, Precision::fp32);
  const RunDirectory run(folder / "second");
  Trainer trainer = fine_tuned(first, run);
  EXPECT_EQ(trainer.state().step, 0);
  for (size_t i = 0; i < before.energy->parameters().size(); ++i) {
    EXPECT_TRUE(at::equal(trainer.energy().parameters()[i], before.energy->parameters()[i]));
    EXPECT_TRUE(at::equal(trainer.average().parameters()[i], before.energy->parameters()[i]));
  }
  EXPECT_EQ(trainer.run(), TrainOutcome::finished);
  EXPECT_FALSE(at::equal(trainer.energy().parameters()[0], before.energy->parameters()[0]));
  EXPECT_EQ(load_trained_energy(run.path()).experiment.noise.sigma_max, 1);
}

TEST(StartFrom, GoesOnWithoutThem) {
  const TempDir folder;
  const std::string first = trained_in(folder);
  const RunDirectory once(folder / "once");
  const RunDirectory twice(folder / "twice");
  fine_tuned(first, once).run();
  fine_tuned(first, twice).run({}, 1);
  std::filesystem::remove_all(first);
  Trainer(resumed_experiment(twice), mnist_data(), twice).run();
  EXPECT_EQ(testing::read_bytes(once.state_file()), testing::read_bytes(twice.state_file()));
}

TEST(StartFrom, WhatDoesNotFitIsSaidBeforeAnythingIsWritten) {
  const TempDir folder;
  const std::string first = trained_in(folder);
  Experiment other = fine_tuning();
  other.energy.width = 8;
  expect_error(
      [&] {
        require_start(first, other, {1, 32, 32});
      },
      "weights of another network: energy.width (4 there, 8 here)");
  expect_error(
      [&] {
        require_start(first, fine_tuning(), {3, 32, 32});
      },
      "weights for data of shape (1, 32, 32) (these data have (3, 32, 32))");
  expect_error([&] { require_start("no-such-model", fine_tuning(), {1, 32, 32}); }, "no-such-model");
  other = fine_tuning();
  const Trainee wide = build_trainee(small_mnist(1), {1, 16, 16}, Precision::fp32);
  expect_error([&] { start_from(first, other, wide); }, "weights for data of shape");
}

}  // namespace
}  // namespace mdsm
