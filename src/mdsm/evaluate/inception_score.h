#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// How the score is estimated; the defaults are torch-fidelity's.
struct InceptionScoreOptions {
  int64_t splits = 10;
  uint32_t seed = 2020;  ///< of NumPy's RandomState, which shuffles the data before they are split
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
