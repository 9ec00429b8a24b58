#pragma once

#include <memory>
#include <optional>

#include "mdsm/energy/energy.h"
#include "mdsm/train/step_draws.h"

namespace mdsm {

/// What one batch gave, on the device of the energy: nothing here has been waited for.
struct StepValues {
  Tensor loss;    ///< mean over the slots, () float64
  Tensor losses;  ///< (count) float32
  Tensor sigma;   ///< (count) float32
  Tensor norm;    ///< of the gradient, () float64
};

/// Losses (count) float32 of what was drawn; adds d(sum of losses / batch)/d(theta) to `gradients`. The host decides
/// nothing in it: it can be captured.
Tensor compute_losses(const Energy& energy, const DenoisingScoreMatching& objective, const StepDraw& draw,
                      int64_t batch, Gradients& gradients);

/// The first two of the three parts of an update: draw and compute. The third, to decide, is step_decision.h.
///
/// A function of (weights, step, seed): nothing is kept from call to call, and calls may come from several threads that
/// do not share `gradients`.
class TrainingStep {
 public:
  /// \param share  the slots of each batch that are computed here; nothing: this rank's (parallel/job.h), or all. The
  ///               gradients of shares that make up the batch add up to its own, but for the rounding of float32 sums
  /// \throws Error if the share is not in the batch
  TrainingStep(std::shared_ptr<const Source> data, const Experiment& experiment, uint64_t seed,
               std::optional<Share> share = {});

  /// Sets `gradients` to d(sum of the slots' losses / batch)/d(theta) for the batch of this step: of several ranks each
  /// computes its share, and all get the whole. A batch that is split into micro-batches gives the same up to the
  /// rounding of float32 sums. These run in a fixed tree (gradient_tree.h): with equal micro-batches 1, 2 and 4 ranks
  /// give the same bytes, if each has 1, 2, 4, ... of them.
  StepValues operator()(const Energy& energy, int64_t step, Gradients& gradients) const;

 private:
  void join_ranks(StepValues& values, const Gradients& gradients) const;

  StepDraws draws_;
  DenoisingScoreMatching objective_;
  Share share_;
  int64_t micro_batch_;
};

}  // namespace mdsm
