#pragma once

#include <string>
#include <vector>

#include "mdsm/run/experiment.h"
#include "mdsm/train/training_data.h"

namespace mdsm {

/// What can be wrong with an experiment and its data together, each option being within its own limits: told before
/// anything is computed, by a dry run as well.
/// \throws Error for noise levels, an objective, held-out data or samples that are not possible
void check_experiment(const Experiment& experiment, const TrainingData& data);

/// What is possible and yet hardly meant, a sentence each.
std::vector<std::string> doubts_about(const Experiment& experiment, const TrainingData& data);

}  // namespace mdsm
