#include "mdsm/train/trainer.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <numeric>

#include "mdsm/run/checkpoint.h"
#include "mdsm/train/directory_writer.h"
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

/// One that keeps nothing on disk.
Trainer small_trainer() {
  const Experiment experiment = small_mnist(3);
  return Trainer(build_trainee(experiment, {1, 32, 32}), experiment, mnist_data());
}

/// A whole run, and one that stops half way and goes on.
void expect_same_bytes(const Experiment& experiment, Precision precision) {
  const TempDir folder;
  const RunDirectory whole(folder / "whole");
  const RunDirectory parts(folder / "parts");
  const int64_t steps = experiment.train.steps;
  Listener listener;
  EXPECT_EQ(Trainer(experiment, mnist_data(), whole, precision).run({&listener}), TrainOutcome::finished);
  EXPECT_EQ(listener.losses.size(), static_cast<size_t>(steps));
  EXPECT_EQ(listener.held_out.size(), static_cast<size_t>(steps / experiment.train.evaluate_every));
  EXPECT_EQ(Trainer(experiment, mnist_data(), parts, precision).run({&listener}, steps / 2), TrainOutcome::stopped);
  // Without a word about the precision: that of the run.
  EXPECT_EQ(Trainer(experiment, mnist_data(), parts).run({&listener}), TrainOutcome::finished);
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

// A clock that goes on by a quarter of a second a look: the time is up after some updates, however long they take; and
// what the first run used is not given again.
TEST(Trainer, EndsWhenTheMinutesAreUp) {
  const TempDir folder;
  Experiment experiment = small_mnist(1);
  experiment.train.minutes = 0.1;
  double now = 100;
  const SecondsClock clock = [&now] { return now += 0.25; };
  class Reports final : public Listener {
   public:
    void on_step(const StepReport& report) override { last = report; }
    void on_checkpoint(const std::filesystem::path& path) override { checkpoint = path; }
    StepReport last;
    std::filesystem::path checkpoint;
  } reports;
  const RunDirectory run(folder / "run");
  const auto trainer_of_run = [&] {
    return Trainer(build_trainee(experiment, {1, 32, 32}), experiment, mnist_data(),
                   std::make_shared<DirectoryWriter>(run), clock);
  };
  Trainer trainer = trainer_of_run();
  EXPECT_EQ(trainer.run({&reports}), TrainOutcome::finished);
  const int64_t step = trainer.state().step;
  EXPECT_GT(step, 3);
  EXPECT_LT(step, 24);  // 6 seconds of quarters, several a step
  EXPECT_EQ(reports.last.fraction, 1);
  EXPECT_EQ(reports.last.step, step);
  EXPECT_EQ(reports.checkpoint, run.checkpoint_file(step));
  EXPECT_EQ(reports.held_out.size(), static_cast<size_t>(step / 10 + (step % 10 != 0)));
  EXPECT_GE(trainer.state().seconds, 6);
  Trainer again = trainer_of_run();
  EXPECT_EQ(again.run({&reports}), TrainOutcome::finished);
  EXPECT_EQ(again.state().step, step);
}

TEST(Trainer, ResumesInAnotherPrecisionAndSaysSo) {
  const TempDir folder;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer(small_mnist(4), mnist_data(), run, Precision::fp32).run({&listener}, 2);
  EXPECT_TRUE(listener.messages.empty());
  Trainer(small_mnist(4), mnist_data(), run, Precision::bf16).run({&listener});
  ASSERT_EQ(listener.messages.size(), 1U);
  EXPECT_NE(listener.messages[0].find("going on in bf16 where the run was begun in fp32"), std::string::npos);
  EXPECT_EQ(precision_of_state(run.state_file()), Precision::bf16);
}

TEST(Trainer, AWatchThatStopsItSavesAndResumes) {
  const TempDir folder;
  const Experiment experiment = small_mnist(6);
  const RunDirectory run(folder / "run");
  double told = 0;
  Trainer trainer(experiment, mnist_data(), run);
  const Watch watch([&](double fraction, std::string_view) { told = fraction; },
                    [&] { return trainer.state().step == 3; });
  EXPECT_EQ(trainer.run({}, {}, watch), TrainOutcome::interrupted);
  EXPECT_EQ(told, 0.5);
  Trainer again(experiment, mnist_data(), run);
  EXPECT_EQ(again.state().step, 3);
  EXPECT_EQ(load_trained_energy(run.path()).step, 3);
}

// A listener that fails is no request to stop.
TEST(Trainer, AFailingWatchGoesThrough) {
  const Watch watch([](double, std::string_view) { fail("no more paper."); });
  testing::expect_error([&] { small_trainer().run({}, {}, watch); }, "no more paper", Fault::failure);
}

TEST(Trainer, AllObserversHearTheSame) {
  Listener first;
  Listener second;
  small_trainer().run({&first, &second}, 2);
  EXPECT_EQ(first.losses.size(), 2U);
  EXPECT_EQ(first.losses, second.losses);
}

TEST(Trainer, ThreadsAgreeToRounding) {
  const int before = at::get_num_threads();
  Tensors weights;
  for (int threads : {1, 2}) {
    const TempDir folder;
    at::set_num_threads(threads);
    Listener listener;
    Trainer trainer(small_mnist(5), mnist_data(), RunDirectory(folder / "run"), Precision::fp32);
    trainer.run({&listener});
    weights.push_back(trainer.state().theta.weights.clone());
  }
  at::set_num_threads(before);
  testing::expect_close(weights[1], weights[0], 1e-4);
}

// A step so long that the energy overflows: back to the start twice, then the end; the last good state stays readable.
TEST(Trainer, RollsBackTwiceThenGivesUp) {
  const TempDir folder;
  Experiment experiment = small_mnist(50);
  experiment.train.learning_rate = 1e18;
  const RunDirectory run(folder / "run");
  Listener listener;
  Trainer trainer(experiment, mnist_data(), run);
  testing::expect_error([&] { trainer.run({&listener}); }, "for the third time", Fault::failure);
  ASSERT_EQ(listener.messages.size(), 2U);
  EXPECT_NE(listener.messages[1].find("(2 of 2)"), std::string::npos);
  Trainer again(experiment, mnist_data(), run);
  EXPECT_EQ(again.state().step, 0);
  EXPECT_TRUE(again.state().theta.weights.isfinite().all().item<bool>());
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
  trainer.run({&listener});
  const double first = std::accumulate(listener.losses.begin(), listener.losses.begin() + 5, 0.0) / 5;
  const double last = std::accumulate(listener.losses.end() - 50, listener.losses.end(), 0.0) / 50;
  EXPECT_LT(last, 0.8 * first);
  EXPECT_LT(listener.held_out.at(0), 2);  // the loss of D(x~) = x~ is d = 2
}

}  // namespace
}  // namespace mdsm
