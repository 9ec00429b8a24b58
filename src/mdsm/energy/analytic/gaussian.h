#pragma once

#include "mdsm/energy/analytic/analytic.h"

namespace mdsm {

/// E(x) = sum_i (x_i - m_i)^2 / (2 v_i): a Gaussian with independent coordinates.
///
/// log Z(T) = (1/2) sum_i log(2 pi T v_i), and exp(-E/T) is the Gaussian N(m, T v). Every operation of the gradient is
/// on single elements, so that a datum's bits do not depend on its batch.
class DiagonalGaussianEnergy final : public AnalyticEnergy {
 public:
  /// \param mean      (datum_shape...), which gives the shape of a datum
  /// \param variance  positive; shaped like the mean, or anything that broadcasts to it
  DiagonalGaussianEnergy(const Tensor& mean, const Tensor& variance);

 private:
  ValueAndGradient evaluate(const Tensor& x) const override;
  double log_normaliser_at(double temperature) const override;
  Tensor draw(const RandomRows& rows, double temperature) const override;

  Tensor mean_;      // (D) float64
  Tensor variance_;  // (D) float64
};

/// E(x) = (x - m)' S^-1 (x - m) / 2: a Gaussian with covariance S.
///
/// log Z(T) = (D/2) log(2 pi T) + (1/2) log det S, and exp(-E/T) is the Gaussian N(m, T S).
class GaussianEnergy final : public AnalyticEnergy {
 public:
  /// \param mean        (datum_shape...), D elements
  /// \param covariance  (D, D), symmetric to 1e-6 of its largest element and positive definite
  GaussianEnergy(const Tensor& mean, const Tensor& covariance);

 private:
  ValueAndGradient evaluate(const Tensor& x) const override;
  double log_normaliser_at(double temperature) const override;
  Tensor draw(const RandomRows& rows, double temperature) const override;

  Tensor mean_;       // (D) float64
  Tensor factor_;     // (D, D) float64, lower triangular, S = factor factor'
  Tensor precision_;  // (D, D) float64, S^-1
};

}  // namespace mdsm
