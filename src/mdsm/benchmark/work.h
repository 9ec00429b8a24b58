#pragma once

#include "mdsm/benchmark/cases.h"
#include "mdsm/objective/denoising_score_matching.h"
#include "mdsm/train/adam.h"

namespace mdsm {

/// A network in training on one fixed batch: what is timed.
class BenchmarkWork {
 public:
  BenchmarkWork(const BenchmarkCase& what, const GraphOptions& options);

  /// One update: linearize, loss, pull_back, Adam and moving average.
  /// \return the mean loss before it
  double step();
  /// grad_x E alone.
  Tensor gradient() const { return energy_.gradient(noisy_); }
  /// The passes of one step, op by op.
  Profile profile() const;
  const GraphEnergy& energy() const { return energy_; }

 private:
  Parameters theta_;
  FlatWeights flat_;
  GraphEnergy energy_;
  Gradients gradients_;
  Adam adam_;
  DenoisingScoreMatching objective_;
  Tensor sigma_, x_, noisy_;
  int64_t updates_ = 0;
};

}  // namespace mdsm
