#pragma once

#include <memory>

#include "mdsm/data/batches.h"
#include "mdsm/energy/energy.h"
#include "mdsm/run/experiment.h"

namespace mdsm {

/// What one batch gave.
struct StepResult {
  double loss = 0;  ///< mean over the batch
  Tensor losses;    ///< (B) float32
  Tensor sigma;     ///< (B) float32
};

/// Loss and parameter gradient of the batch of any step: a pure function of (weights, step, seed).
class TrainingStep {
 public:
  TrainingStep(std::shared_ptr<const Source> data, const Experiment& experiment, uint64_t seed);

  /// Sets `gradients` to d(mean loss)/d(theta) for the batch of this step. A batch that is split into micro-batches
  /// gives the same up to the rounding of float32 sums.
  StepResult operator()(const Energy& energy, int64_t step, Gradients& gradients) const;

 private:
  Batches batches_;
  NoiseLevels levels_;
  DenoisingScoreMatching objective_;
  uint64_t seed_;
  int64_t batch_;
  int64_t micro_batch_;
};

/// Mean loss, in all and by noise band, on data that training never sees.
///
/// Weighed 1/sigma^2 (mdsm) whatever training minimises, so that runs with other weightings compare. Datum i of n has
/// the noise level sigma_min (sigma_max/sigma_min)^((i + 1/2)/n) and the same noise at every call, so that values of
/// different steps compare.
class HeldOutLoss {
 public:
  HeldOutLoss(std::shared_ptr<const Source> data, const Experiment& experiment);
  StepResult operator()(const Energy& energy) const;

 private:
  Tensor x_;
  Tensor noisy_;
  Tensor sigma_;
  DenoisingScoreMatching objective_;
  int64_t chunk_;
};

}  // namespace mdsm
