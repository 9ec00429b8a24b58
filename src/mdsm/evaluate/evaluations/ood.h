#pragma once

#include <string>
#include <vector>

#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct OodOptions {
  std::vector<std::string> against;

  template <class Option> void visit(Option&& option) {
    option("against", against,
           "other data: a known set (fashion-mnist/test), a path, or made images: 'noise' (uniform pixels), 'constant' "
           "(one grey); may be repeated",
           any());
  }
};

/// Can a score tell other data from the run's own (evaluate/detection.h)?
Results evaluate_ood(EvaluationContext& context, const OodOptions& options);

}  // namespace mdsm
