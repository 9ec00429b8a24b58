#pragma once

#include <optional>

#include "mdsm/run/train_options.h"
#include "mdsm/train/norm_watch.h"
#include "mdsm/train/optimizer.h"

namespace mdsm {

/// What the host has learned of a step: here it waits for the numbers.
struct StepNumbers {
  double loss = 0;  ///< mean over the batch
  double norm = 0;  ///< of the gradient
};

/// Where training stands.
struct StepPlace {
  int64_t step = 0;                    ///< updates made
  int64_t rollbacks = 0;               ///< each halves the learning rate
  std::optional<double> elapsed = {};  ///< share of train.minutes that is over; nothing: steps decide
};

/// What to do with a gradient: the third part of an update, after draw and compute (training_step.h).
struct StepDecision {
  bool explosion = false;  ///< the update must not be made
  UpdateStep update;       ///< otherwise: the update
};

StepDecision decide(const TrainOptions& options, const NormWatch& watch, const StepPlace& place,
                    const StepNumbers& numbers);

}  // namespace mdsm
