#pragma once

#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct LogDensityOptions {
  double sigma_min = 0;
  double sigma_max = 0;
  int64_t levels = 32;
  int64_t steps = 40;
  int64_t probes = 1;

  template <class Option> void visit(Option&& option) {
    option("sigma_min", sigma_min, "the density is that of data with this noise; 0: the smallest of training",
           at_least(0));
    option("sigma_max", sigma_max, "where data with noise are taken for Gaussian; 0: the largest of training",
           at_least(0));
    option("levels", levels, "of the bound: noise levels, spread geometrically", between(1, 10000));
    option("steps", steps, "of the flow, two gradients and traces each", between(1, 10000));
    option("probes", probes, "of the flow: random signs a trace; 0: exactly, for data of few dimensions", at_least(0));
  }
};

/// The log-density of data with noise by the energy's denoiser, in two ways (evaluate/density/) beside that of a Gaussian.
Results evaluate_log_density(EvaluationContext& context, const LogDensityOptions& options = {});

}  // namespace mdsm
