#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/run/run_directory.h"
#include "mdsm/train/observer.h"
#include "mdsm/train/run_writer.h"
#include "mdsm/train/step_decision.h"
#include "mdsm/train/time_budget.h"
#include "mdsm/train/trainee.h"
#include "mdsm/train/training_data.h"
#include "mdsm/train/training_step.h"

namespace mdsm {

enum class TrainOutcome {
  finished,     ///< all updates are made
  stopped,      ///< at stop_at; resume to go on
  interrupted,  ///< the watch asked for it; saved, resume to go on
};

/// Trains an energy by (multiscale) denoising score matching.
///
/// Resuming continues bit for bit in the precision in which the run was begun: the training state after 2k updates does
/// not depend on whether training stopped at k. Resuming in another precision is possible, and says so. A loss that is
/// not finite or a gradient far above its usual norm rolls back to the last saved state; from there the batches and the
/// noise are other ones and the learning rate is halved. The third time training gives up.
///
/// The ranks of a job (parallel/job.h) train together: each makes a Trainer of the same experiment and data and calls
/// run(). train.batch is the whole batch; the leading rank writes.
class Trainer {
 public:
  /// Any energy with parameters. Starts anew, or goes on from the state that the writer has.
  /// \param experiment  noise, objective, training and sampling; of an energy of one's own the table [energy] means
  ///                    nothing
  /// \param writer      null: nothing is kept on disk
  /// \param clock       what train.minutes is measured by
  /// \throws Error if the data do not fit the energy, or the writer has a run of another experiment
  Trainer(Trainee trainee, const Experiment& experiment, TrainingData data, std::shared_ptr<RunWriter> writer = nullptr,
          SecondsClock clock = seconds_now);

  /// The energy that the experiment describes, in a run directory (DirectoryWriter).
  /// \param precision  automatic: that of the run that goes on, or what is fastest for a new one
  Trainer(const Experiment& experiment, const TrainingData& data, const RunDirectory& directory,
          Precision precision = Precision::automatic);

  /// \param observers  they outlive the call; grids of samples are drawn only if there are any
  /// \param stop_at    updates after which to save and leave; nothing: train.steps
  /// \param watch      asked before every update; a training that is asked to stop saves, and returns
  /// \throws Error (failure) when training exploded three times, or a file cannot be written
  TrainOutcome run(std::vector<TrainObserver*> observers = {}, std::optional<int64_t> stop_at = {},
                   const Watch& watch = {});

  const Energy& energy() const { return *trainee_.energy; }
  /// The energy at the moving average of its weights: what is evaluated and sampled.
  const Energy& average() const { return *average_; }
  const TrainState& state() const { return state_; }

 private:
  void begin();
  /// Share of the training that is done; 1 at the end.
  double done() const;
  bool asked_to_stop(const Watch& watch) const;
  /// \return  whether it was the last
  bool update(const StepValues& values, const StepNumbers& numbers, const UpdateStep& step, TrainObserver& observer,
              double waited);
  void roll_back(const StepNumbers& numbers, TrainObserver& observer);
  enum class Last { no, yes };
  void after_update(Last last, TrainObservers& observers, bool heard);
  void save(TrainObserver& observer);
  void prepare_draws();
  void share_methods();

  Experiment experiment_;
  TrainingData data_;
  Trainee trainee_;
  std::shared_ptr<RunWriter> writer_;
  SecondsClock clock_;
  std::shared_ptr<const DataMoments> moments_;  // null where train.moments_rank is 0
  std::unique_ptr<Optimizer> optimizer_;
  TrainState state_;
  std::shared_ptr<const Energy> average_;
  std::string notice_;  // for the first observers; empty: none
  NormWatch norm_watch_;
  std::optional<TimeBudget> budget_;  // nothing: train.steps decides
  Gradients gradients_;
  std::unique_ptr<TrainingStep> step_;
  std::unique_ptr<HeldOutLoss> held_out_;
};

}  // namespace mdsm
