#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// log of the mean of exp(log_weights), (N) float64, N >= 1; does not overflow.
double log_mean_exp(const Tensor& log_weights);

/// (sum w)^2 / sum w^2: between 1 (one weight has all) and N (all equal).
double effective_sample_size(const Tensor& log_weights);

/// An estimate and the interval that resampling the chains gives.
struct BootstrapEstimate {
  double value = 0;
  double low = 0;  ///< the quantiles (1 - kConfidence)/2 and (1 + kConfidence)/2 of the resampled values
  double high = 0;
};

/// Probability that the intervals are meant to cover, and the number of times that chains are resampled.
inline constexpr double kConfidence = 0.99;
inline constexpr int64_t kResamples = 1000;

/// log_mean_exp with its bootstrap interval. A function of (log_weights, seed).
BootstrapEstimate bootstrap_log_mean_exp(const Tensor& log_weights, uint64_t seed);

/// log Z1/Z0 from forward weights, whose mean is Z1/Z0, and reverse weights, whose mean is Z0/Z1, of one annealing and
/// its reversal: Bennett's acceptance ratio, the estimate of least variance that the two together allow, with its
/// bootstrap interval. Needs reverse chains that start from exact samples.
/// Source: Bennett 1976; Shirts et al. 2003, "Equilibrium free energies from nonequilibrium measurements using
/// maximum-likelihood methods" (docs/derivations/ais.md, (5)).
BootstrapEstimate bennett_acceptance_ratio(const Tensor& forward, const Tensor& reverse, uint64_t seed);

}  // namespace mdsm
