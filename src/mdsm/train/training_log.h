#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "mdsm/train/recorder.h"
#include "mdsm/train/state.h"
#include "mdsm/train/training_data.h"

namespace spdlog {
class logger;  // NOLINT(readability-identifier-naming): its own name
}

namespace mdsm {

/// How a training is told to a person; each may be empty.
struct TrainingVoice {
  std::function<void(double fraction, std::string_view text)> progress;
  std::function<void(std::string_view line)> say;
  std::function<void(std::string_view line)> say_more;  ///< what only the curious want
};

/// What is to be said before the first update, a line each.
std::vector<std::string> training_preface(const RunDirectory& directory, const Experiment& experiment,
                                          const TrainingData& data, const TrainState& state);

/// Tells how a training goes, and keeps it in the run's log.txt.
class TrainingLog final : public TrainObserver {
 public:
  /// \param recorder  hears everything before this does
  TrainingLog(const RunDirectory& directory, const Experiment& experiment, const Recorder& recorder,
              TrainingVoice voice);

  void on_step(const StepReport& report) override;
  void on_held_out(int64_t step, const HeldOutResult& result) override;
  void on_checkpoint(const std::filesystem::path& path) override;
  void on_message(const std::string& text) override;

 private:
  /// Of one update in the mean loss that is shown: a memory of about twenty.
  static constexpr double kLossWeight = 0.05;

  void log_more(const std::string& text);

  NoiseBands bands_;
  const Recorder& recorder_;
  TrainingVoice voice_;
  std::shared_ptr<spdlog::logger> log_;
  double mean_loss_ = std::nan("");
};

}  // namespace mdsm
