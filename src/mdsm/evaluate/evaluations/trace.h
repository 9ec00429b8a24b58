#pragma once

#include "mdsm/evaluate/evaluations/sampling.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct TraceOptions {
  SamplerRequest sampler{.sampler = "langevin"};  // the paper's annealed chain, whatever the run samples with
  int64_t every = 1;

  template <class Option> void visit(Option&& option) {
    sampler.visit(option);
    option("every", every, "record every step that this divides", at_least(1));
  }
};

/// E / ((d/2) T): 1 where a chain is in equilibrium with a quadratic energy (docs/derivations/langevin.md, (4)); not a
/// number where T is 0.
double equilibrium_ratio(const ChainRecord& record, int64_t dimensions);

/// Energy and temperature along the chains of a sampler.
Results evaluate_trace(EvaluationContext& context, const TraceOptions& options = {});

}  // namespace mdsm
