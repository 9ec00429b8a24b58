#include "mdsm/train/resume.h"

#include <gtest/gtest.h>

#include "mdsm/train/directory_writer.h"
#include "mdsm/train/schedule.h"
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
    if (entry.table == "train" && on_resume(entry.full_name()) == OnResume::free) free.push_back(entry.name);
  }
  EXPECT_EQ(free.size(), 7U);
  EXPECT_EQ(on_resume("sample.steps"), OnResume::free);
  EXPECT_EQ(on_resume("train.seed"), OnResume::fixed);
  EXPECT_EQ(on_resume("train.steps"), OnResume::length);
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

/// Four updates, the state kept every second one.
Experiment of_length(int64_t steps, const std::string& schedule) {
  Experiment experiment = small_mnist(steps);
  experiment.train.schedule = schedule;
  experiment.train.checkpoint_every = 2;
  experiment.train.evaluate_every = 0;
  return experiment;
}

class Rates : public TrainObserver {
 public:
  void on_step(const StepReport& report) override { rates.push_back(report.learning_rate); }
  std::vector<double> rates;
};

TEST(TrainingOn, AtAConstantRateIsAsIfBegunSo) {
  const TempDir folder;
  const RunDirectory twice(folder / "twice");
  const RunDirectory once(folder / "once");
  Trainer(of_length(2, "constant"), mnist_data(), twice, Precision::fp32).run();
  Trainer longer(resumed_experiment(twice, {"train.steps=4"}), mnist_data(), twice);
  EXPECT_EQ(longer.run(), TrainOutcome::finished);
  EXPECT_EQ(longer.state().step, 4);
  Trainer(of_length(4, "constant"), mnist_data(), once, Precision::fp32).run();
  EXPECT_EQ(testing::read_bytes(twice.state_file()), testing::read_bytes(once.state_file()));
}

TEST(TrainingOn, ACosineIsFromThereThatOfTheNewLength) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Trainer(of_length(2, "cosine"), mnist_data(), run, Precision::fp32).run();
  const Experiment longer = resumed_experiment(run, {"train.steps=6"});
  const std::string text = change_of_length(longer, run);
  EXPECT_NE(text.find("to 6 updates (the run was begun for 2, 2 are made)"), std::string::npos) << text;
  EXPECT_NE(text.find(fmt::format("from 1e-06 to {:.3g}", learning_rate_at(longer.train, 2))), std::string::npos)
      << text;
  Rates rates;
  Trainer(longer, mnist_data(), run).run({&rates});
  ASSERT_EQ(rates.rates.size(), 4U);
  for (int64_t step = 2; step < 6; ++step)
    EXPECT_EQ(rates.rates[static_cast<size_t>(step - 2)], learning_rate_at(longer.train, step));
  EXPECT_TRUE(change_of_length(resumed_experiment(run), run).empty()) << "the state says 6 now";
}

TEST(TrainingOn, MayNotBeShorterThanWhatIsMade) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Trainer(of_length(2, "cosine"), mnist_data(), run, Precision::fp32).run();
  expect_error([&] { Trainer(of_length(1, "cosine"), mnist_data(), run); },
               "train.steps is 1 (2 updates are made already)");
  expect_error([&] { Trainer(resumed_experiment(run, {"train.learning_rate=1"}), mnist_data(), run); },
               "other values of train.learning_rate");
}

}  // namespace
}  // namespace mdsm
