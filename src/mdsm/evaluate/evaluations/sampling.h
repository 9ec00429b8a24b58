#pragma once

#include <string>

#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/sample/draw.h"
#include "mdsm/sample/settings.h"

namespace mdsm {

/// Samples of a trained energy that are drawn in parts: one a seed, from the context's on.
class SampleDrawer {
 public:
  /// What the request asks for; the context's batch, where it has one, counts.
  SampleDrawer(EvaluationContext& context, const TrainedEnergy& trained, const SamplerRequest& asked);

  const SampleOptions& settings() const { return settings_; }
  /// All that decides the samples of given seeds, as JSON.
  std::string identity() const;

  /// Samples first .. first + count - 1 of `total`.
  Tensor draw(int64_t first, int64_t count, int64_t total);
  /// Samples 0 .. count - 1, in chunks that `parts` keeps.
  Tensor draw_all(int64_t count, const PartStore& parts);
  /// What a sample cost in the last call of draw(); 0 before.
  int64_t gradients_per_sample() const { return gradients_per_sample_; }

 private:
  EvaluationContext& context_;
  const TrainedEnergy& trained_;
  SampleOptions settings_;
  int64_t gradients_per_sample_ = 0;
};

}  // namespace mdsm
