#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "mdsm/data/moments.h"
#include "mdsm/run/experiment.h"
#include "mdsm/run/run_directory.h"
#include "mdsm/train/muon.h"
#include "mdsm/train/state.h"
#include "mdsm/train/time_budget.h"
#include "mdsm/train/training_step.h"

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
};

/// Hears what a Trainer does. The library prints nothing itself.
class TrainObserver {
 public:
  virtual ~TrainObserver() = default;
  virtual void on_step(const StepReport&) {}
  /// The held-out loss of the moving average after `step` updates.
  virtual void on_held_out(int64_t /*step*/, const StepResult&) {}
  /// A grid of samples (N, datum_shape...) of the moving average.
  virtual void on_samples(int64_t /*step*/, const Tensor&) {}
  /// Training went back to the state after `step` updates.
  virtual void on_rollback(int64_t /*step*/) {}
  virtual void on_checkpoint(const std::filesystem::path&) {}
  virtual void on_message(const std::string&) {}
};

enum class TrainOutcome {
  finished,     ///< all updates are made
  stopped,      ///< at stop_at; resume to go on
  interrupted,  ///< by the interrupt flag; saved, resume to go on
};

/// Data of a run: what training sees, and what it never does.
struct TrainingData {
  std::shared_ptr<const Source> train;
  std::shared_ptr<const Source> held_out;  ///< null if nothing is held out
};

/// Trains an energy by (multiscale) denoising score matching, in a run directory.
///
/// Resuming continues bit for bit in the precision in which the run was begun: the training state after 2k updates does
/// not depend on whether training stopped at k. Resuming in another precision is possible, and says so. A loss that is
/// not finite or a gradient far above its usual norm rolls back to the last saved state; from there the batches and the
/// noise are other ones and the learning rate is halved. The third time training gives up.
class Trainer {
 public:
  /// Starts anew, or goes on from the directory's training state if there is one.
  /// \param precision  automatic: that of the run that goes on, or what is fastest for a new one
  /// \throws Error if the data do not fit the network
  Trainer(const Experiment& experiment, const TrainingData& data, const RunDirectory& directory,
          Precision precision = Precision::automatic);

  /// \param interrupt  looked at before every update
  /// \param stop_at    updates after which to save and leave; nothing: train.steps
  /// \throws Error (failure) when training exploded three times, or a file cannot be written
  TrainOutcome run(TrainObserver& observer, const std::atomic<bool>& interrupt, std::optional<int64_t> stop_at = {});

  const Energy& energy() const { return *energy_; }
  const Energy& average() const { return *average_; }
  const TrainState& state() const { return state_; }

 private:
  bool is_finished() const;
  /// \return the fraction that is done
  double update(const StepResult& result, double norm, TrainObserver& observer);
  void roll_back(double loss, double norm, TrainObserver& observer);
  enum class Last { no, yes };
  void after_update(Last last, TrainObserver& observer);
  void save(TrainObserver& observer);
  void prepare_draws();
  void begin(Precision wanted);
  void prepare_moments();

  Experiment experiment_;
  TrainingData data_;
  RunDirectory directory_;
  std::shared_ptr<const DataMoments> moments_;  // null where train.moments_rank is 0
  std::shared_ptr<ConvChoice> conv_choice_;     // of the updates alone: what a resumed run must repeat
  std::shared_ptr<Energy> energy_;
  std::shared_ptr<Energy> average_;
  TrainState state_;
  std::string notice_;  // for the first observer; empty: none
  NormWatch watch_;
  std::optional<Muon> muon_;          // nothing: Adam
  std::optional<TimeBudget> budget_;  // nothing: train.steps decides
  Gradients gradients_;
  std::unique_ptr<TrainingStep> step_;
  std::unique_ptr<HeldOutLoss> held_out_;
};

/// Loads train.data's training half and sets data.held_out of it aside.
TrainingData load_training_data(const Experiment& experiment);

}  // namespace mdsm
