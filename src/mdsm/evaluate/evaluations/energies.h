#pragma once

#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct EnergiesOptions {
  template <class Option> void visit(Option&& /*option*/) {}
};

/// Are test data as likely as training data (evaluate/energy_comparison.h)?
Results evaluate_energies(EvaluationContext& context, const EnergiesOptions& options = {});

}  // namespace mdsm
