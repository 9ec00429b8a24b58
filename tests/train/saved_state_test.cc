// A run whose state was damaged goes on from the one before, to the same bytes.

#include "mdsm/train/saved_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/formats/safetensors.h"
#include "mdsm/train/directory_writer.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/trainer.h"
#include "support/expect_error.h"
#include "support/small_training.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Listener;
using testing::mnist_data;
using testing::read_bytes;
using testing::small_mnist;
using testing::TempDir;
using testing::write_bytes;

class SavedState : public ::testing::Test {
 protected:
  SavedState() : run_(folder_ / "run") {
    experiment_.train.checkpoint_every = 2;
    Trainer(experiment_, mnist_data(), run_, Precision::fp32).run({}, 4);
    whole_ = read_bytes(run_.state_file());
  }

  void damage(const std::string& bytes) { write_bytes(run_.state_file(), bytes); }

  TempDir folder_;
  RunDirectory run_;
  Experiment experiment_ = small_mnist(6);
  std::string whole_;
};

TEST_F(SavedState, TheOneBeforeIsKept) {
  EXPECT_TRUE(std::filesystem::exists(run_.previous_state_file()));
  EXPECT_EQ(mend_state(run_), "");
  EXPECT_EQ(read_bytes(run_.state_file()), whole_);
  damage("x");
  EXPECT_THAT(mend_state(run_), HasSubstr("Going on from the state before it"));
  EXPECT_EQ(read_bytes(folder_ / "run/training-state-damaged.safetensors"), "x");
  EXPECT_EQ(mend_state(run_), "");
}

TEST_F(SavedState, ADamagedStateEndsInTheSameBytes) {
  const RunDirectory other(folder_ / "other");
  Trainer(experiment_, mnist_data(), other, Precision::fp32).run({});
  for (const std::string& bytes : {std::string(), whole_.substr(0, whole_.size() / 2), std::string(whole_.size(), '\0'),
                                   std::string("{\"a\": 1}"), whole_ + "x"}) {
    const RunDirectory copy(folder_ / "copy");
    std::filesystem::copy(run_.path(), copy.path(), std::filesystem::copy_options::recursive);
    write_bytes(copy.state_file(), bytes);
    Trainer trainer(experiment_, mnist_data(), copy, Precision::fp32);
    Listener listener;
    EXPECT_EQ(trainer.run({&listener}), TrainOutcome::finished);
    EXPECT_THAT(listener.messages, ElementsAre(HasSubstr("Going on from the state before it")));
    EXPECT_EQ(read_bytes(copy.state_file()), read_bytes(other.state_file()));
    std::filesystem::remove_all(copy.path());
  }
}

TEST_F(SavedState, AMissingStateToo) {
  std::filesystem::remove(run_.state_file());
  EXPECT_THAT(mend_state(run_), HasSubstr("is missing"));
  EXPECT_TRUE(run_.has_state());
}

TEST_F(SavedState, TheStateOfAnotherRunIsNotGoneOnWith) {
  Experiment others = experiment_;
  others.train.seed = 5;
  const RunDirectory other(folder_ / "other");
  Trainer(others, mnist_data(), other, Precision::fp32).run({}, 2);
  damage(read_bytes(other.state_file()));
  EXPECT_THAT(mend_state(run_), HasSubstr("the state of another run (train.seed differs from experiment.toml)"));
  EXPECT_EQ(resumed_experiment(run_).train.seed, experiment_.train.seed);
}

TEST_F(SavedState, AStateOfANewerProgramIsNoDamage) {
  SafeTensors state = read_safetensors(run_.state_file());
  state.metadata["format"] = "mdsm-training-state-2";
  write_safetensors(run_.state_file(), state);
  EXPECT_EQ(mend_state(run_), "");
  testing::expect_error([&] { resumed_experiment(run_); }, "written by a newer mdsm");
  state.metadata["format"] = "mdsm-training-state-x";
  write_safetensors(run_.state_file(), state);
  EXPECT_THAT(mend_state(run_), HasSubstr("not a training state"));
}

TEST_F(SavedState, ADirectoryThatVanishesIsSaidSo) {
  Trainer trainer(experiment_, mnist_data(), run_, Precision::fp32);
  std::filesystem::remove_all(run_.path());
  testing::expect_error([&] { trainer.run({}); }, "the run's directory is gone", Fault::failure);
  EXPECT_FALSE(std::filesystem::exists(run_.path()));
}

TEST_F(SavedState, WithoutAWholeOneTheDamageIsSaid) {
  damage("x");
  write_bytes(run_.previous_state_file(), "y");
  EXPECT_EQ(mend_state(run_), "");
  testing::expect_error([&] { resumed_experiment(run_); }, "training-state.safetensors");
}

TEST_F(SavedState, TwoTrainersOfOneDirectoryAreRefused) {
  Trainer first(experiment_, mnist_data(), run_, Precision::fp32);
  testing::expect_error([&] { Trainer second(experiment_, mnist_data(), run_, Precision::fp32); },
                        "is being trained by");
  first.run({});
  EXPECT_NO_THROW(Trainer(experiment_, mnist_data(), run_, Precision::fp32))
      << "a training that has ended holds nothing";
}

}  // namespace
}  // namespace mdsm
