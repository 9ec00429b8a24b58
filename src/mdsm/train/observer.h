#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/energy/precision.h"
#include "mdsm/train/held_out_loss.h"

namespace mdsm {

/// One update, as it is reported.
struct StepReport {
  int64_t step = 0;     ///< updates made
  int64_t steps = 0;    ///< updates in all; 0 where train.minutes decides
  double fraction = 0;  ///< of the training that is done; 1 at the last update
  double loss = 0;      ///< mean over the batch
  Tensor losses;        ///< (B)
  Tensor sigma;         ///< (B)
  double gradient_norm = 0;
  double learning_rate = 0;
  Precision precision = Precision::fp32;  ///< fp32 or bf16
  double waited = 0;                      ///< seconds of this update spent on other ranks; 0 alone
};

/// Hears what a Trainer does. The library prints nothing itself.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void on_step(const StepReport&) {}
  /// The held-out loss of the moving average after `step` updates.
  virtual void on_held_out(int64_t /*step*/, const HeldOutResult&) {}
  /// A grid of samples (N, datum_shape...) of the moving average.
  virtual void on_samples(int64_t /*step*/, const Tensor&) {}
  /// Training went back to the state after `step` updates.
  virtual void on_rollback(int64_t /*step*/) {}
  virtual void on_checkpoint(const std::filesystem::path&) {}
  virtual void on_message(const std::string&) {}
};

/// Several observers as one: each hears everything, in their order.
class TrainObservers final : public TrainObserver {
 public:
  /// \param list  they outlive this
  explicit TrainObservers(std::vector<TrainObserver*> list) : list_(std::move(list)) {}
  bool empty() const { return list_.empty(); }

  void on_step(const StepReport& report) override {
    for (TrainObserver* each : list_) each->on_step(report);
  }
  void on_held_out(int64_t step, const HeldOutResult& result) override {
    for (TrainObserver* each : list_) each->on_held_out(step, result);
  }
  void on_samples(int64_t step, const Tensor& samples) override {
    for (TrainObserver* each : list_) each->on_samples(step, samples);
  }
  void on_rollback(int64_t step) override {
    for (TrainObserver* each : list_) each->on_rollback(step);
  }
  void on_checkpoint(const std::filesystem::path& path) override {
    for (TrainObserver* each : list_) each->on_checkpoint(path);
  }
  void on_message(const std::string& text) override {
    for (TrainObserver* each : list_) each->on_message(text);
  }

 private:
  std::vector<TrainObserver*> list_;
};

}  // namespace mdsm
