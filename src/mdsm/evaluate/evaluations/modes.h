#pragma once

#include "mdsm/evaluate/evaluations/sampling.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct ModesOptions {
  SamplerRequest sampler;

  template <class Option> void visit(Option&& option) { sampler.visit(option); }
};

/// How many of the 1000 modes of stacked MNIST are reached (evaluate/mode_coverage.h)?
Results evaluate_modes(EvaluationContext& context, const ModesOptions& options = {});

}  // namespace mdsm
