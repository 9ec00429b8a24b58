#pragma once

#include "mdsm/energy/analytic/analytic.h"

namespace mdsm {

/// E(x) = -log sum_k w_k N(x; m_k, diag v_k): a mixture of Gaussians with independent coordinates.
///
/// It is normalised, log Z(1) = 0. At another temperature exp(-E/T) is no mixture: log_normaliser rejects it, while
/// `sample` stays exact for every T, by rejection from the mixture of the tempered components, of which one candidate
/// in K^|1/T - 1| or more is accepted. Memory is B K D.
class GaussianMixtureEnergy final : public AnalyticEnergy {
 public:
  /// \param weights    (K), positive; normalised to sum 1
  /// \param means      (K, datum_shape...)
  /// \param variances  positive; shaped like the means, or anything that broadcasts to them
  GaussianMixtureEnergy(const Tensor& weights, const Tensor& means, const Tensor& variances);

 private:
  ValueAndGradient evaluate(const Tensor& x) const override;
  double log_normaliser_at(double temperature) const override;
  Tensor draw(const RandomRows& rows, double temperature) const override;
  /// log(w_k N(x; m_k, v_k)) : (B, K)
  Tensor log_terms(const Tensor& x) const;

  Tensor means_;        // (K, D) float64
  Tensor variances_;    // (K, D) float64
  Tensor log_weights_;  // (K) float64
  Tensor log_peaks_;    // (K) float64, log of w_k N(m_k; m_k, v_k)
};

}  // namespace mdsm
