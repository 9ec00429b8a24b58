#pragma once

#include <string>

#include "mdsm/run/experiment.h"
#include "mdsm/train/trainer.h"

namespace mdsm {

/// Gives a trainee the weights of a run directory, a checkpoint or a shipped model: their moving average. Call it before
/// there is a Trainer, for which all else is new: updates, the optimiser's moments, the moving average, the data's
/// moments. Noise, objective and data may be other ones than those of the weights; the network and the shape of the data
/// may not.
/// \param experiment  that of the new training
/// \throws Error that says in which options of [energy], or in which shape, the two differ
void start_from(const std::string& from, const Experiment& experiment, const Trainee& trainee);

/// A training in a directory: one that goes on where there is a run, or begins with the weights of `from`.
/// \param from  empty: with weights of its own
Trainer trainer_from(const std::string& from, const Experiment& experiment, const TrainingData& data,
                     const RunDirectory& directory, Precision precision);

/// Throws as start_from() would for data of this shape: before long work.
void require_start(const std::string& from, const Experiment& experiment, const Shape& datum_shape);

}  // namespace mdsm
