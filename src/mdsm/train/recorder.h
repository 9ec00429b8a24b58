#pragma once

#include <chrono>
#include <memory>

#include "mdsm/run/metrics_writer.h"
#include "mdsm/run/run_directory.h"
#include "mdsm/run/tensorboard.h"
#include "mdsm/train/observer.h"

namespace mdsm {

/// Writes what a Trainer does into its run directory: metrics.jsonl, TensorBoard events and grids of samples.
///
/// A line of metrics is a mean over the updates since the line before: step, images, loss, loss of each noise band,
/// gradient norm, learning rate, images a second, seconds, precision; of several ranks also the part of the time that
/// was spent on other ranks ("waiting"). Held-out losses have lines of their own, and so has every process that trains
/// the run: what record_start says, without a step.
class Recorder : public TrainObserver {
 public:
  /// \param step  updates already made; later lines of an earlier run are dropped
  Recorder(const RunDirectory& directory, const Experiment& experiment, int64_t step);

  /// Writes when and on what this process begins to train (TrainingStart).
  void record_start(int64_t step, Precision precision);

  void on_step(const StepReport& report) override;
  void on_held_out(int64_t step, const HeldOutResult& result) override;
  void on_samples(int64_t step, const Tensor& samples) override;
  void on_rollback(int64_t step) override;

  /// Images trained on each second since the last line but one.
  double images_per_second() const { return images_per_second_; }
  /// Part of the time between the last two lines that this rank spent on others.
  double waited_share() const { return waited_share_; }
  /// The last held-out loss; NaN if there was none.
  double held_out_loss() const { return held_out_loss_; }

 private:
  using Clock = std::chrono::steady_clock;
  void open_files(int64_t step);
  void write_line(const StepReport& report);

  RunDirectory directory_;
  TrainOptions options_;
  NoiseBands bands_;
  std::unique_ptr<MetricsWriter> metrics_;
  std::unique_ptr<EventWriter> events_;
  Tensors losses_;  // of the updates since the last line
  Tensors sigmas_;
  double norm_sum_ = 0;
  double waited_ = 0;        // seconds
  double waited_share_ = 0;  // of the last line
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_line_ = Clock::now();
  double images_per_second_ = 0;
  double held_out_loss_ = std::nan("");
};

}  // namespace mdsm
