// What a dry run can know.
#include "mdsm/train/check_experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using ::testing::ElementsAre;
using testing::expect_error;
using ::testing::HasSubstr;

TrainingData few_vectors() { return {std::make_shared<testing::TensorSource>(at::zeros({10, 2})), nullptr}; }

void expect_rejected(void (*change)(Experiment&), const std::string& part) {
  Experiment experiment;
  change(experiment);
  expect_error([&] { check_experiment(experiment, few_vectors()); }, part);
}

TEST(MessagesOfADryRun, SayWhatOptionsCannotBeTogether) {
  check_experiment({}, few_vectors());
  expect_rejected([](Experiment& e) { e.noise.sigma_min = 9; }, "Change noise.sigma_min or noise.sigma_max");
  expect_rejected([](Experiment& e) { e.sample.sigma_min = 9; }, "Change sample.sigma_max or sample.sigma_min");
  expect_rejected(
      [](Experiment& e) {
        e.sample.sampler = "hmc";
        e.sample.steps = 3;
      },
      "Raise sample.steps");
  expect_rejected([](Experiment& e) { e.data.flip = true; }, "cannot be mirrored");
  expect_rejected([](Experiment& e) { e.objective.sigma_data = 0; }, "objective.sigma_data");
  expect_rejected(
      [](Experiment& e) {
        e.train.sample_every = 5;
        e.train.moments_rank = 0;
      },
      "needs the data's moments");
}

TEST(MessagesOfADryRun, ASingleDatumHasNoCovariance) {
  const TrainingData one{std::make_shared<testing::TensorSource>(at::zeros({1, 2})), nullptr};
  Experiment experiment;
  expect_error([&] { check_experiment(experiment, one); }, "set it to 0");
  experiment.train.moments_rank = experiment.train.sample_every = 0;
  EXPECT_NO_THROW(check_experiment(experiment, one));
}

TEST(MessagesOfADryRun, SayWhatIsHardlyMeant) {
  Experiment experiment;
  experiment.train.batch = 4;
  experiment.train.warmup = 0;
  EXPECT_THAT(doubts_about(experiment, few_vectors()), ElementsAre());
  experiment.train.batch = 64;
  experiment.train.warmup = experiment.train.steps;
  EXPECT_THAT(doubts_about(experiment, few_vectors()),
              ElementsAre(HasSubstr("more than the 10 training data"), HasSubstr("train.warmup")));
}

}  // namespace
}  // namespace mdsm
