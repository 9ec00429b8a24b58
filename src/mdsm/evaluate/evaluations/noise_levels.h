#pragma once

#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/evaluate/noise_calibration.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct NoiseLevelsOptions {
  int64_t levels = 16;
  double sigma_min = 0;
  double sigma_max = 0;

  template <class Option> void visit(Option&& option) {
    option("levels", levels, "noise levels, spread geometrically", between(1, 1000));
    option("sigma_min", sigma_min, "smallest; 0: that of training", at_least(0));
    option("sigma_max", sigma_max, "largest; 0: that of training", at_least(0));
  }
};

/// The levels that these options ask for, of the run's training where they do not say.
Calibration calibration_of(EvaluationContext& context, const NoiseLevelsOptions& options);

/// Is the blind denoiser calibrated (evaluate/noise_calibration.h)?
Results evaluate_noise_levels(EvaluationContext& context, const NoiseLevelsOptions& options = {});

}  // namespace mdsm
