#pragma once

#include <string>
#include <vector>

#include "mdsm/run/experiment.h"
#include "mdsm/run/run_directory.h"

namespace mdsm {

/// What another value of an option means for a run that goes on.
enum class OnResume {
  fixed,   ///< another training: not allowed
  length,  ///< how long it goes on (train.steps, train.minutes): other updates to come, the same ones behind
  free,    ///< nothing that is learned depends on it: the table [sample], what is logged, shown and kept
};

/// The one rule of what may change when a run goes on, for an option such as "train.log_every".
OnResume on_resume(const std::string& option);

/// A run is not continued with another experiment by accident.
/// \throws Error that names the options by which the experiment of the directory's training state differs and may not,
///         or if fewer updates are asked for than are made
void require_same_experiment(const Experiment& experiment, const RunDirectory& run);

/// What a new length does to the run's schedule of the learning rate, in words; empty where the length is the old one.
///
/// The schedule is always that of the length asked for. So a cosine that had come down goes up again to where the longer
/// schedule is at this update; with train.schedule = "constant" a run that is made longer is, bit for bit, one that was
/// begun so.
std::string change_of_length(const Experiment& experiment, const RunDirectory& run);

/// The experiment of a run that goes on, with changes "table.key=value".
/// \throws Error if there is no training state, or it is of an energy that the experiment does not describe
Experiment resumed_experiment(const RunDirectory& run, const std::vector<std::string>& changes = {});

/// In what precision an experiment is trained in this directory: as asked; else as before where there is a run; else in
/// what is fastest.
Precision training_precision(Precision wanted, const Experiment& experiment, const RunDirectory& run);

}  // namespace mdsm
