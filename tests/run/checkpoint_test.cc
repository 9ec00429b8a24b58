#include "mdsm/run/checkpoint.h"

#include <gtest/gtest.h>

#include "mdsm/energy/autograd_energy.h"
#include "mdsm/sample/draw.h"
#include "mdsm/train/trainer.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/small_training.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::Listener;
using testing::mnist_data;
using testing::read_bytes;
using testing::small_mnist;
using testing::TempDir;

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
