#pragma once

#include <limits>

#include "mdsm/base/options.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// How the score is estimated; the defaults are torch-fidelity's.
struct InceptionScoreOptions {
  int64_t splits = 10;
  int64_t shuffle_seed = 2020;

  template <class Option> void visit(Option&& option) {
    option("splits", splits, "parts whose mean and deviation are reported", at_least(1));
    option("shuffle_seed", shuffle_seed, "of NumPy's RandomState, which shuffles before splitting",
           between(0, std::numeric_limits<uint32_t>::max()));
  }
};

/// Mean over splits, and their population standard deviation.
struct InceptionScore {
  double mean = 0;
  double deviation = 0;
};

/// exp(mean KL(p(y|x) || p(y))) over splits: Salimans et al. 2016, arXiv:1606.03498, section 4; in float64, the data
/// shuffled as torch-fidelity does.
/// \param logits  (N, L); p(y|x) is their softmax
/// \throws Error unless 1 <= splits <= N
InceptionScore inception_score(const Tensor& logits, const InceptionScoreOptions& options = {});

}  // namespace mdsm
