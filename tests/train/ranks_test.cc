// Several ranks train one thing, here as threads of one process (tests/parallel has the same with MPI and Gloo).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "mdsm/formats/safetensors.h"
#include "mdsm/train/trainer.h"
#include "support/rank_threads.h"
#include "support/small_training.h"
#include "support/temp_dir.h"
#include "support/threads.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;
using testing::Listener;
using testing::mnist_data;
using testing::read_bytes;
using testing::run_ranks;
using testing::small_mnist;
using testing::TempDir;

Experiment in_micro_batches(int64_t steps) {
  Experiment experiment = small_mnist(steps);
  experiment.train.micro_batch = 2;  // of 8
  experiment.train.sample_every = steps;
  experiment.train.sample_count = 3;
  experiment.sample.steps = 3;
  experiment.train.moments_rank = 2;
  return experiment;
}

/// Trains with `size` ranks; rank 0 listens.
void train(const Experiment& experiment, const fs::path& folder, int size, Listener& listener,
           std::optional<int64_t> stop_at = {}) {
  static_cast<void>(mnist_data());
  const std::vector<std::string> errors = run_ranks(size, [&](Communicator& ranks) {
    Trainer trainer(experiment, mnist_data(), RunDirectory(folder), Precision::fp32);
    std::vector<TrainObserver*> observers;
    if (ranks.leads()) observers.push_back(&listener);
    static_cast<void>(trainer.run(observers, stop_at));
  });
  for (const std::string& error : errors) EXPECT_EQ(error, "");
}

class Ranks : public ::testing::TestWithParam<int> {
 protected:
  TempDir folder_;
};

TEST_P(Ranks, GiveTheSameBytesAsOne) {
  const Experiment experiment = in_micro_batches(6);
  Listener one, several;
  train(experiment, folder_ / "one", 1, one);
  train(experiment, folder_ / "several", GetParam(), several);
  for (const char* file : {"training-state.safetensors", "checkpoint-000006.safetensors", "experiment.toml"})
    EXPECT_EQ(read_bytes(folder_ / "one" / file), read_bytes(folder_ / "several" / file)) << file;
  EXPECT_EQ(one.losses, several.losses);
  EXPECT_EQ(one.held_out, several.held_out);
  ASSERT_EQ(several.grids.size(), 1U);
  EXPECT_TRUE(at::equal(one.grids[0], several.grids[0]));
}

INSTANTIATE_TEST_SUITE_P(SameBytes, Ranks, ::testing::Values(2, 4));

TEST(RanksOfATraining, OfAnyNumberAgreeToRounding) {
  TempDir folder;
  Experiment experiment = small_mnist(4);
  Listener one, three;
  train(experiment, folder / "one", 1, one);
  train(experiment, folder / "three", 3, three);  // 2 + 3 + 3 of 8
  ASSERT_EQ(three.losses.size(), 4U);
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(three.losses[i], one.losses[i], 1e-3 * one.losses[i]);
  const Tensor a = read_safetensors(folder / "one" / "training-state.safetensors").tensors.front().second;
  const Tensor b = read_safetensors(folder / "three" / "training-state.safetensors").tensors.front().second;
  EXPECT_LT((a - b).abs().max().item<double>(), 1e-3);
}

TEST(RanksOfATraining, OthersGoOnWhereSomeStopped) {
  TempDir folder;
  const Experiment experiment = in_micro_batches(6);
  Listener whole, parts;
  train(experiment, folder / "whole", 1, whole);
  train(experiment, folder / "parts", 4, parts, 2);
  train(experiment, folder / "parts", 1, parts, 4);
  train(experiment, folder / "parts", 2, parts);
  EXPECT_EQ(read_bytes(folder / "whole" / "training-state.safetensors"),
            read_bytes(folder / "parts" / "training-state.safetensors"));
  EXPECT_EQ(parts.losses, whole.losses);
}

TEST(RanksOfATraining, StopTogetherWhereOneIsAsked) {
  TempDir folder;
  const Experiment experiment = small_mnist(50);
  std::mutex mutex;
  std::vector<std::pair<TrainOutcome, int64_t>> ends;
  testing::expect_ranks(2, [&](Communicator& ranks) {
    Trainer trainer(experiment, mnist_data(), RunDirectory(folder / "run"), Precision::fp32);
    const Watch watch(nullptr, [&] { return ranks.rank() == 1 && trainer.state().step == 3; });
    const TrainOutcome outcome = trainer.run({}, {}, watch);
    const std::lock_guard lock(mutex);
    ends.emplace_back(outcome, trainer.state().step);
  });
  EXPECT_THAT(ends, ::testing::Each(std::pair(TrainOutcome::interrupted, int64_t{3})));
  EXPECT_TRUE(RunDirectory(folder / "run").has_state());
}

TEST(RanksOfATraining, RefuseToTrainSomethingElseEach) {
  TempDir folder;
  const auto errors = run_ranks(3, [&](Communicator& ranks) {
    Experiment experiment = small_mnist(1);
    if (ranks.rank() == 2) experiment.train.seed = 5;
    const Trainer trainer(experiment, mnist_data(), RunDirectory(folder / "run"), Precision::fp32);
  });
  for (const std::string& error : errors) {
    EXPECT_THAT(error, ::testing::HasSubstr("have other experiments"));
    EXPECT_THAT(error, ::testing::HasSubstr("rank 2 on"));
  }
  EXPECT_FALSE(fs::exists(folder / "run"));
}

TEST(RanksOfATraining, RefuseOtherData) {
  TempDir folder;
  Experiment other = small_mnist(1);
  other.data.held_out = 100;
  const TrainingData others = load_training_data(other);
  const auto errors = run_ranks(2, [&](Communicator& ranks) {
    const Trainer trainer(small_mnist(1), ranks.rank() == 1 ? others : mnist_data(), RunDirectory(folder / "run"),
                          Precision::fp32);
  });
  EXPECT_THAT(errors, ::testing::Each(::testing::HasSubstr("have other data")));
}

TEST(RanksOfATraining, NeedADatumEach) {
  TempDir folder;
  const auto errors = run_ranks(9, [&](Communicator&) {
    const Trainer trainer(small_mnist(1), mnist_data(), RunDirectory(folder / "run"), Precision::fp32);
  });
  EXPECT_THAT(errors, ::testing::Each(::testing::HasSubstr("cannot be shared by 9 ranks")));
}

}  // namespace
}  // namespace mdsm
