#pragma once

#include "mdsm/evaluate/evaluations/features.h"

namespace mdsm {

struct SelectOptions {
  FeatureOptions features;

  template <class Option> void visit(Option&& option) { features.visit(option); }
};

/// Frechet distance of every checkpoint of a run; the best is named.
Results evaluate_select(EvaluationContext& context, const SelectOptions& options);

}  // namespace mdsm
