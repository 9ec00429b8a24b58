#pragma once

#include "mdsm/energy/analytic/analytic.h"

namespace mdsm {

/// E(x) = (x - m)' S^-1 (x - m) / 2 with S = U diag(l) U' + t (I - U U'): variances l along r orthonormal directions, t
/// across them (the law of probabilistic principal components).
///
/// With o = x - m and c = U' o, E = (|o|^2 - sum_j (1 - t/l_j) c_j^2) / (2 t), at a cost of 2 r D a datum. log Z(T) =
/// (1/2) (D log(2 pi T) + sum_j log l_j + (D - r) log t), and exp(-E/T) is the Gaussian N(m, T S).
/// Source: Tipping and Bishop 1999, "Probabilistic principal component analysis".
class LowRankGaussianEnergy final : public AnalyticEnergy {
 public:
  /// \param mean        (datum_shape...), D elements
  /// \param directions  U, (D, r), 1 <= r <= D, orthonormal to 1e-6
  /// \param along       l, (r), positive
  /// \param across      t, positive
  LowRankGaussianEnergy(const Tensor& mean, const Tensor& directions, const Tensor& along, double across);

 private:
  ValueAndGradient evaluate(const Tensor& x) const override;
  double log_normaliser_at(double temperature) const override;
  Tensor draw(const RandomRows& rows, double temperature) const override;

  Tensor mean_;        // (D) float64
  Tensor directions_;  // (D, r) float64
  Tensor along_;       // (r) float64
  double across_;
};

}  // namespace mdsm
