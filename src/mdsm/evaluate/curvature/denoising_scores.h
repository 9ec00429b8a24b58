#pragma once

#include "mdsm/energy/energy.h"

namespace mdsm {

/// What removing noise tells of data, (B) float64 each; larger means less like the training data. The noise is the same
/// for every datum: a score is a function of the datum and the seed alone.
struct DenoisingScores {
  /// Sum of ||D(x + sigma n) - x||^2 / sigma^2 over sigma0, sqrt(10) sigma0 and 10 sigma0: the part of the evidence lower
  /// bound (density/elbo.h) that a datum changes, with three levels.
  Tensor loss;
  /// ||D(x + sigma0 n) - x||^2 over what the curvature predicts for it, sigma0^2 tr J (at least of one dimension).
  Tensor ratio;
};

/// At a cost of eight gradients a datum.
/// \param x  (B, datum_shape...)
/// \throws Error unless sigma0 is positive and finite
DenoisingScores denoising_scores(const Energy& energy, const Tensor& x, double sigma0, uint64_t seed);

}  // namespace mdsm
