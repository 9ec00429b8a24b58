#pragma once

#include "mdsm/energy/analytic/analytic.h"

namespace mdsm {

/// E(x) = (r - r0)^2 / (2 s^2), r = |x|, in two dimensions: a ring of radius r0 and width s.
///
/// With t^2 = T s^2, log Z(T) = log(2 pi) + log( t^2 exp(-r0^2 / (2 t^2)) + r0 t sqrt(pi/2) erfc(-r0 / (t sqrt 2)) ),
/// the integral over r > 0 of r exp(-(r - r0)^2 / (2 t^2)) done exactly. The gradient at the centre, where it has no
/// direction, is 0.
class RingEnergy final : public AnalyticEnergy {
 public:
  /// \param radius       r0 >= 0
  /// \param width        s > 0
  /// \param datum_shape  two elements in any shape
  RingEnergy(double radius, double width, Shape datum_shape = {2});

 private:
  ValueAndGradient evaluate(const Tensor& x) const override;
  double log_normaliser_at(double temperature) const override;
  Tensor draw(const RandomRows& rows, double temperature) const override;

  double radius_;
  double width_;
};

}  // namespace mdsm
