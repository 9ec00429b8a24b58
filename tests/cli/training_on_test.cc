// A training that goes on for longer, and one that starts from another's weights, as the program's users meet them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_program.h"
#include "support/temp_dir.h"
#include "support/tiny_run.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::read_bytes;
using testing::run_program;
using testing::TempDir;
using testing::tiny;
using testing::train_tiny;
using testing::trained_run;

TEST(TrainingOn, ForLongerSaysWhatBecomesOfTheSchedule) {
  const TempDir folder;
  const std::string run = train_tiny(folder);
  const Outcome longer = run_program("train " + run + " --resume -q --set train.steps=4");
  ASSERT_EQ(longer.code, 0) << longer.err;
  EXPECT_THAT(read_bytes(fs::path(run) / "log.txt"),
              HasSubstr("going on to 4 updates (the run was begun for 2, 2 are made)"));
  EXPECT_TRUE(fs::exists(fs::path(run) / "checkpoint-000004.safetensors"));
  const Outcome shorter = run_program("train " + run + " --resume -q --set train.steps=3");
  EXPECT_EQ(shorter.code, 2);
  EXPECT_THAT(shorter.err, HasSubstr("train.steps is 3 (4 updates are made already)"));
}

TEST(TrainingOn, OnlyItsLengthMayBeAnother) {
  const TempDir folder;
  const std::string run = train_tiny(folder);
  const std::string before = read_bytes(fs::path(run) / "training-state.safetensors");
  const Outcome outcome = run_program("train " + run + " --resume -q --set train.steps=4 --set train.batch=4");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("begun with other values of train.batch"));
  EXPECT_EQ(read_bytes(fs::path(run) / "training-state.safetensors"), before);
}

TEST(TrainingOn, FromTheWeightsOfARunWithOtherNoise) {
  const TempDir folder;
  const std::string run = (folder / "fine").string();
  const std::string command =
      fmt::format("train {} --from {} --set noise.sigma_max=1 -o {}", tiny(2), trained_run(), run);
  const Outcome outcome = run_program(command);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(read_bytes(fs::path(run) / "log.txt"), HasSubstr("starting from the weights of " + trained_run()));
  // Without --from the same experiment has other weights.
  const std::string fresh = (folder / "fresh").string();
  ASSERT_EQ(run_program(fmt::format("train {} --set noise.sigma_max=1 -o {}", tiny(2), fresh)).code, 0);
  const std::string checkpoint = "checkpoint-000002.safetensors";
  EXPECT_NE(read_bytes(fs::path(run) / checkpoint), read_bytes(fs::path(fresh) / checkpoint));
}

TEST(TrainingOn, WhatCannotBeStartedFromIsSaidAndNothingIsWritten) {
  const TempDir folder;
  const std::string run = (folder / "none").string();
  const Outcome other =
      run_program(fmt::format("train {} --set energy.width=8 --from {} -o {}", tiny(2), trained_run(), run));
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("energy.width (4 there, 8 here)"));
  const Outcome missing = run_program(fmt::format("train {} --from no-such-model -o {}", tiny(2), run));
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("no-such-model"));
  EXPECT_FALSE(fs::exists(run));
  const Outcome both = run_program(fmt::format("train {} --resume --from mnist", trained_run()));
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("a run that goes on has weights of its own"));
}

}  // namespace
}  // namespace mdsm
