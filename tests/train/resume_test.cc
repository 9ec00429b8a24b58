#include "mdsm/train/resume.h"

#include <gtest/gtest.h>

#include "mdsm/train/directory_writer.h"
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

TEST(Resume, OptionsThatDecideNothingAreOptions) {
  Experiment experiment;
  std::vector<std::string> free;
  const OptionList options = experiment.options();
  for (const OptionEntry& entry : options.entries()) {
    if (entry.table == "train" && may_differ_on_resume(entry.full_name())) free.push_back(entry.name);
  }
  EXPECT_EQ(free.size(), 7U);
  EXPECT_TRUE(may_differ_on_resume("sample.steps"));
  EXPECT_FALSE(may_differ_on_resume("train.seed"));
}

// B3 of shared/design/house.md: it used to be the program alone that refused this.
TEST(Resume, ATrainerRefusesTheRunOfAnotherExperiment) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Trainer(small_mnist(3), mnist_data(), run, Precision::fp32).run({}, 1);
  Experiment other = small_mnist(3);
  other.train.seed = 5;
  other.train.log_every = 1;
  expect_error([&] { Trainer(other, mnist_data(), run); }, "begun with other values of train.seed. Resume");
  EXPECT_EQ(resumed_experiment(run).train.seed, 0);  // nothing was written
  // Unless it is told to.
  const auto writer = std::make_shared<DirectoryWriter>(run, OtherExperiment::accept);
  Trainer accepted(build_trainee(other, {1, 32, 32}, Precision::fp32), other, mnist_data(), writer);
  EXPECT_EQ(accepted.state().step, 1);
}

TEST(Resume, OptionsThatDecideNothingMayDiffer) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Trainer(small_mnist(3), mnist_data(), run, Precision::fp32).run({}, 1);
  Experiment other = small_mnist(3);
  other.train.log_every = 1;
  other.sample.steps = 3;
  Trainer again(other, mnist_data(), run);
  EXPECT_EQ(again.state().step, 1);
  EXPECT_EQ(again.state().precision, Precision::fp32);
}

TEST(Resume, TheExperimentIsThatOfTheStateWithChanges) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  expect_error([&] { resumed_experiment(run); }, "nothing to resume");
  EXPECT_EQ(training_precision(Precision::automatic, small_mnist(3), run),
            resolved_precision(Precision::automatic, small_mnist(3).energy));
  Trainer trainer(small_mnist(3), mnist_data(), run, Precision::bf16);
  EXPECT_TRUE(differences(resumed_experiment(run), small_mnist(3)).empty());
  EXPECT_EQ(resumed_experiment(run, {"train.log_every=7"}).train.log_every, 7);
  EXPECT_EQ(training_precision(Precision::automatic, small_mnist(3), run), Precision::bf16);
  EXPECT_EQ(training_precision(Precision::fp32, small_mnist(3), run), Precision::fp32);
}

}  // namespace
}  // namespace mdsm
