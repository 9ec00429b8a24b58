#include "mdsm/train/trainer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/draw.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::read_bytes;
using testing::TempDir;

const std::atomic<bool> kNeverInterrupt{false};

/// A small network on real MNIST.
Experiment small_mnist(int64_t steps) {
  Experiment experiment;
  experiment.data.pad_to = 32;
  experiment.energy.width = 4;
  experiment.energy.depth = 6;
  experiment.noise.levels = "continuous";
  experiment.train.steps = steps;
  experiment.train.batch = 8;
  experiment.train.learning_rate = 1e-3;
  experiment.train.evaluate_every = 10;
  experiment.train.evaluate_count = 8;
  experiment.train.sample_every = 0;
  experiment.train.checkpoint_every = steps;
  experiment.train.moments_rank = 0;  // seconds of each test
  return experiment;
}

/// MNIST is read once for all tests here.
const TrainingData& mnist_data() {
  static const TrainingData kData = load_training_data(small_mnist(1));
  return kData;
}

class Listener : public TrainObserver {
 public:
  void on_step(const StepReport& report) override { losses.push_back(report.loss); }
  void on_held_out(int64_t, const StepResult& result) override { held_out.push_back(result.loss); }
  void on_message(const std::string& text) override { messages.push_back(text); }
  std::vector<double> losses;
  std::vector<double> held_out;
  std::vector<std::string> messages;
};

/// A whole run, and one that stops half way and goes on.
void expect_same_bytes(const Experiment& experiment, Precision precision) {
  const TempDir folder;
  const RunDirectory whole(folder / "whole");
  const RunDirectory parts(folder / "parts");
  const int64_t steps = experiment.train.steps;
  Listener listener;
  EXPECT_EQ(Trainer(experiment, mnist_data(), whole, precision).run(listener, kNeverInterrupt), TrainOutcome::finished);
  EXPECT_EQ(listener.losses.size(), static_cast<size_t>(steps));
  EXPECT_EQ(listener.held_out.size(), static_cast<size_t>(steps / experiment.train.evaluate_every));
  EXPECT_EQ(Trainer(experiment, mnist_data(), parts, precision).run(listener, kNeverInterrupt, steps / 2),
            TrainOutcome::stopped);
  // Without a word about the precision: that of the run.
  EXPECT_EQ(Trainer(experiment, mnist_data(), parts).run(listener, kNeverInterrupt), TrainOutcome::finished);
  EXPECT_EQ(read_bytes(parts.state_file()), read_bytes(whole.state_file()));
  EXPECT_EQ(read_bytes(parts.checkpoint_file(steps)), read_bytes(whole.checkpoint_file(steps)));
  EXPECT_GT(read_bytes(whole.state_file()).size(), 1000U);
  EXPECT_EQ(precision_of_state(whole.state_file()), precision);
  EXPECT_TRUE(listener.messages.empty());
}

TEST(Trainer, StoppingAndResumingGivesTheSameBytes) {
  Experiment experiment = small_mnist(40);
  experiment.data.flip = true;  // every stream of random numbers takes part
  for (Precision precision : {Precision::fp32, Precision::bf16}) expect_same_bytes(experiment, precision);
}

TEST(Trainer, StoppingAndResumingMuonGivesTheSameBytes) {
  Experiment experiment = small_mnist(20);
  experiment.energy.kind = "unet";
  experiment.energy.multipliers = {1, 2, 2};
  experiment.train.optimizer = "muon";
  expect_same_bytes(experiment, Precision::bf16);
}

// Beside other work an update may take long: one is made at least, and what the first run used is not given again.
TEST(Trainer, EndsWhenTheMinutesAreUp) {
  const TempDir folder;
  Experiment experiment = small_mnist(1);
  experiment.train.minutes = 0.01;
  class Reports final : public Listener {
   public:
    void on_step(const StepReport& report) override { last = report; }
    void on_checkpoint(const std::filesystem::path& path) override { checkpoint = path; }
    StepReport last;
    std::filesystem::path checkpoint;
  } reports;
  const RunDirectory run(folder / "run");
  Trainer trainer(experiment, mnist_data(), run);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(trainer.run(reports, kNeverInterrupt), TrainOutcome::finished);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(400));
  EXPECT_EQ(reports.last.fraction, 1);
  EXPECT_EQ(reports.last.step, trainer.state().step);
  EXPECT_EQ(reports.checkpoint, run.checkpoint_file(trainer.state().step));
  EXPECT_EQ(reports.held_out.size(), static_cast<size_t>(trainer.state().step / 10 + (trainer.state().step % 10 != 0)));
  EXPECT_GE(trainer.state().seconds, 0.6);
  Trainer again(experiment, mnist_data(), run);
  EXPECT_EQ(again.run(reports, kNeverInterrupt), TrainOutcome::finished);
  EXPECT_EQ(again.state().step, trainer.state().step);
}

TEST(Trainer, ResumesInAnotherPrecisionAndSaysSo) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer(small_mnist(4), mnist_data(), run, Precision::fp32).run(listener, kNeverInterrupt, 2);
  EXPECT_TRUE(listener.messages.empty());
  Trainer(small_mnist(4), mnist_data(), run, Precision::bf16).run(listener, kNeverInterrupt);
  ASSERT_EQ(listener.messages.size(), 1U);
  EXPECT_NE(listener.messages[0].find("going on in bf16 where the run was begun in fp32"), std::string::npos);
  EXPECT_EQ(precision_of_state(run.state_file()), Precision::bf16);
}

TEST(Trainer, AnInterruptSavesAndResumes) {
  const TempDir folder;
  const Experiment experiment = small_mnist(6);
  const RunDirectory run(folder / "run");
  std::atomic<bool> interrupt{false};
  class Stop final : public Listener {
   public:
    explicit Stop(std::atomic<bool>& flag) : flag_(flag) {}
    void on_step(const StepReport& report) override { flag_ = report.step == 3; }

   private:
    std::atomic<bool>& flag_;
  } stop(interrupt);
  EXPECT_EQ(Trainer(experiment, mnist_data(), run).run(stop, interrupt), TrainOutcome::interrupted);
  Trainer again(experiment, mnist_data(), run);
  EXPECT_EQ(again.state().step, 3);
  EXPECT_EQ(load_trained_energy(run.path()).step, 3);
}

TEST(Trainer, ThreadsAgreeToRounding) {
  const int before = at::get_num_threads();
  Tensors weights;
  for (int threads : {1, 2}) {
    const TempDir folder;
    at::set_num_threads(threads);
    Listener listener;
    Trainer trainer(small_mnist(5), mnist_data(), RunDirectory(folder / "run"), Precision::fp32);
    trainer.run(listener, kNeverInterrupt);
    weights.push_back(trainer.state().adam.weights.clone());
  }
  at::set_num_threads(before);
  testing::expect_close(weights[1], weights[0], 1e-4);
}

TEST(TrainingStep, MicroBatchesGiveTheSameGradient) {
  Experiment experiment = small_mnist(1);
  const auto energy = build_energy(experiment.energy, {1, 32, 32}, 0, {.precision = Precision::fp32});
  Gradients whole = Gradients::zeros_like(energy->parameters());
  Gradients parts = Gradients::zeros_like(energy->parameters());
  const StepResult one = TrainingStep(mnist_data().train, experiment, 0)(*energy, 5, whole);
  experiment.train.micro_batch = 3;  // 3 + 3 + 2
  const StepResult three = TrainingStep(mnist_data().train, experiment, 0)(*energy, 5, parts);
  EXPECT_TRUE(at::equal(three.sigma, one.sigma));
  testing::expect_close(three.losses, one.losses, 1e-6);
  testing::expect_close(parts.flat(), whole.flat(), 1e-5);
  EXPECT_GT(whole.flat().abs().max().item<float>(), 0);
}

// A step so long that the energy overflows: back to the start twice, then the end; the last good state stays readable.
TEST(Trainer, RollsBackTwiceThenGivesUp) {
  const TempDir folder;
  Experiment experiment = small_mnist(50);
  experiment.train.learning_rate = 1e30;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer trainer(experiment, mnist_data(), run);
  testing::expect_error([&] { trainer.run(listener, kNeverInterrupt); }, "for the third time", Fault::failure);
  ASSERT_EQ(listener.messages.size(), 2U);
  EXPECT_NE(listener.messages[1].find("(2 of 2)"), std::string::npos);
  Trainer again(experiment, mnist_data(), run);
  EXPECT_EQ(again.state().step, 0);
  EXPECT_TRUE(again.state().adam.weights.isfinite().all().item<bool>());
}

/// Points of the plane, drawn from a normal law.
TrainingData planar_data() {
  DataOptions options;
  options.name = "gaussian";
  options.held_out = 512;
  Experiment experiment;
  experiment.data = options;
  return load_training_data(experiment);
}

// On vectors: the loss of a perceptron falls, and the average denoises better than leaving the noise in.
TEST(Trainer, LearnsToDenoisePoints) {
  const TempDir folder;
  Experiment experiment;
  experiment.data.name = "gaussian";
  experiment.energy = {.kind = "mlp", .width = 32, .depth = 2, .head = "quadratic", .activation = "silu"};
  experiment.noise = {.sigma_min = 0.3, .sigma_max = 3, .levels = "continuous", .count = 0};
  experiment.objective.sigma0 = 1;
  experiment.train.steps = 400;
  experiment.train.batch = 128;
  experiment.train.learning_rate = 3e-3;
  experiment.train.ema = 0.98;
  experiment.train.evaluate_every = 400;
  experiment.train.evaluate_count = 512;
  experiment.train.sample_every = 0;
  Listener listener;
  Trainer trainer(experiment, planar_data(), RunDirectory(folder / "run"));
  trainer.run(listener, kNeverInterrupt);
  const double first = std::accumulate(listener.losses.begin(), listener.losses.begin() + 5, 0.0) / 5;
  const double last = std::accumulate(listener.losses.end() - 50, listener.losses.end(), 0.0) / 50;
  EXPECT_LT(last, 0.8 * first);
  EXPECT_LT(listener.held_out.at(0), 2);  // the loss of D(x~) = x~ is d = 2
}

TEST(Checkpoint, HoldsTheAverageAndRebuildsTheNetwork) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer trainer(small_mnist(3), mnist_data(), run, Precision::fp32);
  trainer.run(listener, kNeverInterrupt);
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
  EXPECT_FALSE(at::equal(trainer.state().adam.weights, trainer.state().adam.average));
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
  Trainer trainer(experiment, mnist_data(), run);
  trainer.run(listener, kNeverInterrupt, 1);
  const std::string fitted = read_bytes(run.moments_file());
  Trainer(experiment, mnist_data(), run).run(listener, kNeverInterrupt);  // resumed: as they were
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
  Trainer(small_mnist(1), mnist_data(), run).run(listener, kNeverInterrupt);
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
