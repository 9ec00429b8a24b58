#pragma once

#include "mdsm/evaluate/evaluations/features.h"
#include "mdsm/evaluate/kernel_distance.h"

namespace mdsm {

struct KidOptions {
  FeatureOptions features;
  KernelDistanceOptions distance;
  bool floor = false;

  template <class Option> void visit(Option&& option) {
    features.visit(option);
    distance.visit(option);
    option("floor", floor, "also the distance of as many training images", any());
  }
};

/// Kernel distance of the features of two sets (evaluate/kernel_distance.h).
Results evaluate_kid(EvaluationContext& context, const KidOptions& options);

}  // namespace mdsm
