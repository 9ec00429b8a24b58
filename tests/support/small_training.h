#pragma once

#include "mdsm/run/experiment.h"
#include "mdsm/train/observer.h"
#include "mdsm/train/training_data.h"

namespace mdsm::testing {

/// A small network on real MNIST.
inline Experiment small_mnist(int64_t steps) {
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

/// MNIST is read once for all tests of a program.
inline const TrainingData& mnist_data() {
  static const TrainingData kData = load_training_data(small_mnist(1));
  return kData;
}

/// Keeps what it hears.
class Listener : public TrainObserver {
 public:
  void on_step(const StepReport& report) override { losses.push_back(report.loss); }
  void on_held_out(int64_t, const HeldOutResult& result) override { held_out.push_back(result.loss); }
  void on_samples(int64_t, const Tensor& samples) override { grids.push_back(samples); }
  void on_message(const std::string& text) override { messages.push_back(text); }
  std::vector<double> losses;
  std::vector<double> held_out;
  Tensors grids;
  std::vector<std::string> messages;
};

}  // namespace mdsm::testing
