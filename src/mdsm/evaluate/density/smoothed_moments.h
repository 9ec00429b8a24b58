#pragma once

#include <memory>

#include "mdsm/data/moments.h"
#include "mdsm/energy/analytic/analytic.h"

namespace mdsm {

/// The Gaussian N(m, S), S = C + sigma^2 I, of the data's mean and covariance with noise: what data with so much noise
/// are nearly distributed as, if sigma is large.
class SmoothedMoments {
 public:
  /// \throws Error unless sigma is positive
  SmoothedMoments(const DataMoments& moments, double sigma);

  /// log density of each datum, (B) float64.
  Tensor log_density(const Tensor& y) const;
  /// KL( N(x, sigma^2 I) || N(m, S) ) of each datum x, (B) float64 nats.
  Tensor divergence_from(const Tensor& x) const;

 private:
  std::unique_ptr<AnalyticEnergy> energy_;
  double log_normaliser_;
  double noise_terms_;  // sigma^2 tr S^-1 / 2 - entropy of the noise
};

/// Entropy of noise of size sigma in d dimensions, (d/2) log(2 pi e sigma^2), nats.
double noise_entropy(double sigma, int64_t dimensions);

}  // namespace mdsm
