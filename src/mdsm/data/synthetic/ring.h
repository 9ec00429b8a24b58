#pragma once

#include "mdsm/data/synthetic/density.h"

namespace mdsm {

/// p(x) = exp(-(r - R)^2 / (2 s^2)) / Z with r = |x|, radius R and width s.
///
/// With G(r) = integral_0^r t exp(-(t - R)^2 / (2 s^2)) dt
///           = s^2 (e^{-R^2/(2 s^2)} - e^{-(r-R)^2/(2 s^2)})
///             + R s sqrt(pi/2) (erf((r - R)/(s sqrt 2)) + erf(R/(s sqrt 2)))
/// the normaliser is Z = 2 pi G(infinity), and a draw solves G(r) = u G(infinity) for uniform u.
class Ring final : public SyntheticDensity {
 public:
  /// \throws Error unless both are positive
  Ring(double radius, double width);

  double log_density_at(double x, double y) const override;
  PlanePoint draw(const RandomKey& key) const override;
  double half_width() const override;

 private:
  double mass_within(double r) const;

  double radius_;
  double width_;
  double mass_;  ///< G(infinity)
};

}  // namespace mdsm
