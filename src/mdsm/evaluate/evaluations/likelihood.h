#pragma once

#include "mdsm/evaluate/ais/bracket.h"
#include "mdsm/evaluate/evaluations/context.h"
#include "mdsm/evaluate/gaussian_fit.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct LikelihoodOptions {
  BracketOptions ais;
  std::string reference_shape = "low-rank";
  int64_t rank = 100;
  int64_t fit = 10000;
  double noise = -1;

  template <class Option> void visit(Option&& option) {
    ais.visit(option);
    option("reference_shape", reference_shape,
           "the Gaussian that annealing starts from: 'low-rank' or 'diagonal', fitted to training data, plus noise "
           "sigma0",
           one_of(reference_shape_names()));
    option("rank", rank, "principal directions of 'low-rank'", at_least(1));
    option("fit", fit, "training data that the reference is fitted to", at_least(2));
    option("noise", noise,
           "noise added to the data that are measured; 0: none, -1: sigma0, which the model's density has",
           at_least(-1));
  }
};

/// log Z of a run's energy between bounds, and bits a dimension of data (evaluate/ais/bracket.h,
/// docs/how-to/likelihood.md).
Results evaluate_likelihood(EvaluationContext& context, const LikelihoodOptions& options);

}  // namespace mdsm
