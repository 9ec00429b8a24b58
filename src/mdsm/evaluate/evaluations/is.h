#pragma once

#include "mdsm/evaluate/evaluations/features.h"
#include "mdsm/evaluate/inception_score.h"

namespace mdsm {

struct IsOptions {
  FeatureOptions features;
  InceptionScoreOptions score;

  template <class Option> void visit(Option&& option) {
    features.visit(option);
    score.visit(option);
  }
};

/// Inception score (evaluate/inception_score.h).
Results evaluate_is(EvaluationContext& context, const IsOptions& options);

}  // namespace mdsm
