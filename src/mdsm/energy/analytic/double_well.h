#pragma once

#include "mdsm/energy/analytic/analytic.h"

namespace mdsm {

/// E(x) = (x_0^2 - a^2)^2 / (4 b) + sum_{i>0} x_i^2 / (2 v): two wells at x_0 = -a and a of curvature 2 a^2 / b, with a
/// barrier of height a^4 / (4 b) between them, and a Gaussian in the other coordinates.
///
/// With z = a^4 / (8 b T) and modified Bessel functions, the well's integral is (pi a / 2) e^-z (I_{-1/4}(z) +
/// I_{1/4}(z)), which is computed as (pi a / 2) (2 e^-z I_{1/4}(z) + (sqrt(2) / pi) e^-z K_{1/4}(z)); tests hold it to
/// 1e-12 of quadrature.
class DoubleWellEnergy final : public AnalyticEnergy {
 public:
  /// \param a               place of the wells, positive
  /// \param b               scale of the energy, positive
  /// \param other_variance  v, positive
  DoubleWellEnergy(Shape datum_shape, double a, double b, double other_variance = 1);

 private:
  ValueAndGradient evaluate(const Tensor& x) const override;
  double log_normaliser_at(double temperature) const override;
  Tensor draw(const RandomRows& rows, double temperature) const override;
  /// (B, 1): the first coordinate.
  Tensor draw_well(const RandomRows& rows, double temperature) const;

  double a_;
  double b_;
  double other_variance_;
};

}  // namespace mdsm
