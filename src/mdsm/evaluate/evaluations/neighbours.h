#pragma once

#include <string>

#include "mdsm/evaluate/evaluations/sampling.h"
#include "mdsm/evaluate/nearest_neighbours.h"
#include "mdsm/evaluate/results.h"

namespace mdsm {

struct NeighboursOptions {
  SamplerRequest sampler = {};
  int64_t neighbours = 8;
  std::string features = "pixels";
  std::string grid = {};

  template <class Option> void visit(Option&& option) {
    sampler.visit(option);
    option("neighbours", neighbours, "neighbours of each", between(1, 1000));
    option("features", features, "distances between pixels, or features of digits or squeezenet",
           one_of({"pixels", "digits", "squeezenet"}));
    option("grid", grid, "picture X.png: in each row a sample and its nearest training images", any());
  }
};

/// Does the model repeat its training data (evaluate/neighbour_comparison.h)?
Results evaluate_neighbours(EvaluationContext& context, const NeighboursOptions& options);

}  // namespace mdsm
