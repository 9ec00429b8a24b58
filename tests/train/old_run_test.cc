// Runs that an older program began (old_runs/README.md): they load, and go on to where that program came.
#include <gtest/gtest.h>

#include "mdsm/formats/safetensors.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/trainer.h"
#include "support/expect_close.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using testing::read_bytes;
using testing::TempDir;

constexpr int64_t kBegun = 10;
constexpr int64_t kFinished = 20;

class OldRun : public ::testing::TestWithParam<std::string> {
 protected:
  OldRun() : run_(folder_ / "run") { fs::copy(old_, run_.path(), fs::copy_options::recursive); }

  TempDir folder_;
  fs::path old_ = fs::path(MDSM_SOURCE_DIR "/tests/train/old_runs") / GetParam();
  RunDirectory run_;
};

TEST_P(OldRun, TheStateIsReadAndWrittenToTheSameBytes) {
  const Experiment experiment = resumed_experiment(run_);
  const Trainer trainer(experiment, load_training_data(experiment), run_);
  EXPECT_EQ(trainer.state().step, kBegun);
  save_state(folder_ / "again", trainer.state(), trainer.energy().parameters(), experiment_of_state(run_.state_file()));
  EXPECT_EQ(read_bytes(folder_ / "again"), read_bytes(old_ / "training-state.safetensors"));
}

// On another processor sums are rounded otherwise; on the one that made the files the bytes are the same (README.md).
TEST_P(OldRun, GoesOnToWhereTheOldProgramCame) {
  const Experiment experiment = resumed_experiment(run_);
  Trainer trainer(experiment, load_training_data(experiment), run_);
  EXPECT_EQ(trainer.run(), TrainOutcome::finished);
  EXPECT_EQ(trainer.state().step, kFinished);
  const SafeTensors expected = read_safetensors(old_ / "finished-state.safetensors");
  const SafeTensors found = read_safetensors(run_.state_file());
  ASSERT_EQ(found.tensors.size(), expected.tensors.size());
  for (const auto& [name, tensor] : expected.tensors) testing::expect_close(found.at(name), tensor, 1e-4, name.c_str());
  EXPECT_EQ(found.metadata.at("step"), expected.metadata.at("step"));
  EXPECT_EQ(found.metadata.at("usual_count"), expected.metadata.at("usual_count"));
}

TEST_P(OldRun, TheCheckpointLoads) {
  const TrainedEnergy average = load_trained_energy(run_.path(), Weights::average, Precision::fp32);
  EXPECT_EQ(average.step, kBegun);
  const SafeTensors state = read_safetensors(run_.state_file());
  const Parameters& parameters = average.energy->parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_TRUE(at::equal(parameters[i], state.at("average." + parameters.name(i)))) << parameters.name(i);
  }
  EXPECT_EQ(load_trained_energy(run_.path(), Weights::raw).step, kBegun);
}

INSTANTIATE_TEST_SUITE_P(Optimizers, OldRun, ::testing::Values("adam", "muon"),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace mdsm
