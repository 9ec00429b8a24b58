#pragma once

#include "mdsm/evaluate/evaluations/features.h"

namespace mdsm {

struct FidOptions {
  FeatureOptions features;
  std::string save_stats;
  bool floor = false;

  template <class Option> void visit(Option&& option) {
    features.visit(option);
    option("save_stats", save_stats, "write mean and covariance of the images' features to X.npz", any());
    option("floor", floor, "also the distance of as many training images: what no sampler beats", any());
  }
};

/// Frechet distance of the features of two sets (evaluate/frechet.h).
Results evaluate_fid(EvaluationContext& context, const FidOptions& options);

}  // namespace mdsm
