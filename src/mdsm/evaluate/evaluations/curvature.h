#pragma once

#include "mdsm/evaluate/evaluations/noise_levels.h"

namespace mdsm {

struct CurvatureOptions {
  NoiseLevelsOptions noise{.levels = 8};
  int64_t probes = 4;

  template <class Option> void visit(Option&& option) {
    noise.visit(option);
    option("probes", probes, "random signs a datum and level, of which the trace is estimated", between(1, 100000));
  }
};

/// Does the energy's curvature predict its denoising error (evaluate/curvature/predicted_error.h)?
Results evaluate_curvature(EvaluationContext& context, const CurvatureOptions& options = {});

}  // namespace mdsm
