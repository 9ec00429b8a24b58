#include "mdsm/run/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/energy/autograd_energy.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/sample/draw.h"
#include "mdsm/train/trainer.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/small_training.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using testing::Listener;
using testing::mnist_data;
using testing::read_bytes;
using testing::small_mnist;
using testing::TempDir;
using testing::write_bytes;

TEST(Checkpoint, HoldsTheAverageAndRebuildsTheNetwork) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer trainer(small_mnist(3), mnist_data(), run, Precision::fp32);
  trainer.run({&listener});
  const Tensor x = mnist_data().held_out->read(std::vector<int64_t>{0, 1});
  const TrainedEnergy average = load_trained_energy(run.path(), Weights::average, Precision::fp32);
  EXPECT_EQ(average.step, 3);
  EXPECT_EQ(average.file, run.checkpoint_file(3));
  const TrainedEnergy raw = load_trained_energy(run.path(), Weights::raw, Precision::fp32);
  const auto expect_same = [&](const Energy& loaded, const Energy& trained) {
    for (size_t i = 0; i < trained.parameters().size(); ++i) {
      EXPECT_TRUE(at::equal(loaded.parameters().at(trained.parameters().name(i)), trained.parameters()[i]));
    }
    testing::expect_close(loaded.value(x), trained.value(x), 1e-5);  // other addresses, other vector paths
  };
  expect_same(*average.energy, trainer.average());
  expect_same(*raw.energy, trainer.energy());
  EXPECT_FALSE(at::equal(trainer.state().theta.weights, trainer.state().theta.average));
  testing::expect_error([&] { load_trained_energy(run.checkpoint_file(3), Weights::raw); }, "moving average only");
  testing::expect_error([&] { load_trained_energy(folder / "none"); }, "no such run");
  testing::expect_error([&] { load_trained_energy(run.state_file()); }, "not a checkpoint of mdsm");
}

TEST(Checkpoint, ADamagedOneIsPassedOver) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Experiment experiment = small_mnist(4);
  experiment.train.checkpoint_every = 2;
  Trainer trainer(experiment, mnist_data(), run, Precision::fp32);
  trainer.run({});
  const std::string whole = read_bytes(run.checkpoint_file(4));
  EXPECT_EQ(load_trained_energy(run.path()).notice, "");
  for (const std::string& bytes :
       {std::string(), whole.substr(0, 3000), std::string(whole.size(), '\0'), read_bytes(run.state_file())}) {
    write_bytes(run.checkpoint_file(4), bytes);
    const TrainedEnergy trained = load_trained_energy(run.path());
    EXPECT_EQ(trained.step, 2);
    EXPECT_EQ(trained.file, run.checkpoint_file(2));
    EXPECT_THAT(trained.notice, HasSubstr("checkpoint-000004.safetensors"));
    EXPECT_THAT(trained.notice, HasSubstr("Using the checkpoint before it"));
    testing::expect_error([&] { load_weights(run.path(), trainer.energy()); }, "The checkpoint before it is whole");
  }
  write_bytes(run.checkpoint_file(2), "x");
  testing::expect_error([&] { load_trained_energy(run.path()); }, "checkpoint-000004.safetensors");
}

TEST(Checkpoint, OneOfANewerProgramSaysSo) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Experiment experiment = small_mnist(2);
  experiment.train.checkpoint_every = 1;
  Trainer(experiment, mnist_data(), run, Precision::fp32).run({});
  const SafeTensors whole = read_safetensors(run.checkpoint_file(2));
  SafeTensors newer = whole;
  newer.metadata["format"] = "mdsm-checkpoint-2";
  write_safetensors(run.checkpoint_file(2), newer);
  testing::expect_error([&] { load_trained_energy(run.path()); }, "written by a newer mdsm");
  newer = whole;
  newer.metadata["mdsm_version"] = "9.1.0";
  newer.metadata["experiment"].replace(newer.metadata["experiment"].find("steps"), 5, "shiny");
  write_safetensors(run.checkpoint_file(2), newer);
  testing::expect_error([&] { load_trained_energy(run.path()); }, "(written by mdsm 9.1.0; this is ");
}

TEST(Checkpoint, CarriesTheDatasMoments) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Experiment experiment = small_mnist(2);
  experiment.train.moments_rank = 24;
  Listener listener;
  Trainer(experiment, mnist_data(), run).run({&listener}, 1);
  const std::string fitted = read_bytes(run.moments_file());
  Trainer(experiment, mnist_data(), run).run({&listener});  // resumed: as they were
  EXPECT_EQ(read_bytes(run.moments_file()), fitted);
  const TrainedEnergy trained = load_trained_energy(run.path());
  ASSERT_NE(trained.moments, nullptr);
  EXPECT_EQ(trained.moments->rank(), 24);
  EXPECT_TRUE(at::equal(load_trained_energy(run.path(), Weights::raw).moments->factor, trained.moments->factor));
  // The mean digit: dark at the border, bright in the middle.
  EXPECT_EQ(trained.moments->mean.select(1, 0).abs().max().item<float>(), 0);
  EXPECT_GT(trained.moments->mean[0][16][16].item<double>(), 0.3);
  EXPECT_EQ(trained.sample_context().sigma_max, experiment.noise.sigma_max);
  const std::vector<uint64_t> seeds{0, 1};
  const SampleOptions defaults;
  EXPECT_EQ(draw_samples(*trained.energy, defaults, trained.sample_context(), seeds).gradients_per_sample, 20);
}

TEST(Checkpoint, WithoutMomentsLoadsAndSaysWhatAStartNeeds) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer(small_mnist(1), mnist_data(), run).run({&listener});
  const TrainedEnergy trained = load_trained_energy(run.path());
  EXPECT_EQ(trained.moments, nullptr);
  const std::vector<uint64_t> seeds{0};
  const auto draw = [&](const SampleOptions& options) {
    return draw_samples(*trained.energy, options, trained.sample_context(), seeds);
  };
  testing::expect_error([&] { draw({}); }, "Start from 'noise', or train again");
  EXPECT_EQ(draw({.start = "noise"}).samples.size(0), 1);
  // Training that could not draw its grids says so before it begins.
  Experiment grids = small_mnist(1);
  grids.train.sample_every = 1;
  testing::expect_error([&] { Trainer(grids, mnist_data(), RunDirectory(folder / "b")); }, "needs the data's moments");
}

}  // namespace
}  // namespace mdsm
