#pragma once

#include <memory>

#include "mdsm/run/experiment.h"

namespace mdsm {

/// Data of a run: what training sees, and what it never does.
struct TrainingData {
  std::shared_ptr<const Source> train;
  std::shared_ptr<const Source> held_out = nullptr;  ///< null if nothing is held out
};

/// Loads the training half of the experiment's data and sets data.held_out of it aside.
TrainingData load_training_data(const Experiment& experiment);

}  // namespace mdsm
