#pragma once

#include <string>
#include <vector>

#include "mdsm/run/experiment.h"
#include "mdsm/run/run_directory.h"

namespace mdsm {

/// Whether an option ("train.log_every") may differ when a run goes on: what is learned up to any step does not depend
/// on it.
bool may_differ_on_resume(const std::string& option);

/// A run is not continued with another experiment by accident.
/// \throws Error that names the options by which the experiment of the directory's training state differs
void require_same_experiment(const Experiment& experiment, const RunDirectory& run);

/// The experiment of a run that goes on, with changes "table.key=value".
/// \throws Error if there is no training state, or it is of an energy that the experiment does not describe
Experiment resumed_experiment(const RunDirectory& run, const std::vector<std::string>& changes = {});

/// In what precision an experiment is trained in this directory: as asked; else as before where there is a run; else in
/// what is fastest.
Precision training_precision(Precision wanted, const Experiment& experiment, const RunDirectory& run);

}  // namespace mdsm
