#pragma once

#include "mdsm/data/synthetic/density.h"

namespace mdsm {

/// A Gaussian of the plane: mean, standard deviations and correlation (of absolute value below 1).
struct PlaneGaussian {
  double mean_x = 0;
  double mean_y = 0;
  double deviation_x = 1;
  double deviation_y = 1;
  double correlation = 0;
  std::string name;  ///< label of its draws
};

/// A mixture of Gaussians with equal weights.
class GaussianMixture final : public SyntheticDensity {
 public:
  /// \throws Error if there is none, a deviation is not positive or a correlation not within (-1, 1)
  explicit GaussianMixture(std::vector<PlaneGaussian> components);

  double log_density_at(double x, double y) const override;
  PlanePoint draw(const RandomKey& key) const override;
  std::vector<std::string> parts() const override;
  double half_width() const override;

 private:
  std::vector<PlaneGaussian> components_;
};

}  // namespace mdsm
