#pragma once

#include <array>

#include "mdsm/data/synthetic/density.h"

namespace mdsm {

/// A polygonal line; a draw picks side i with a probability proportional to weights[i] and is uniform along it.
struct PolygonArm {
  std::string name;                            ///< label of its draws
  std::vector<std::array<double, 2>> corners;  ///< at least two, neighbours distinct
  std::vector<double> weights;                 ///< one a side, positive
};

/// Points of polygonal arms, equally often of each, plus N(0, deviation^2 I).
///
/// A side from a to b of length l contributes, with t = <x - a, b - a>/l along it and h across it,
///     N(h; 0, s^2) (Phi(t/s) - Phi((t - l)/s)) / l
/// so that the density is a finite sum in closed form: no quadrature.
class SmoothedCurve final : public SyntheticDensity {
 public:
  /// \throws Error for an arm without sides, or numbers of weights and sides that differ
  SmoothedCurve(std::vector<PolygonArm> arms, double deviation);

  double log_density_at(double x, double y) const override;
  PlanePoint draw(const RandomKey& key) const override;
  std::vector<std::string> parts() const override;
  double half_width() const override;

 private:
  struct Side {
    std::array<double, 2> start;
    std::array<double, 2> along;  ///< unit vector
    double length = 0;
    double log_weight = 0;    ///< of the whole density
    double end_of_range = 0;  ///< sum of the weights up to this side, of all sides, in [0, 1]
    int64_t arm = 0;
  };

  void add_arm(const PolygonArm& arm, int64_t index, double share);
  double log_term(const Side& side, double x, double y) const;

  std::vector<std::string> names_;
  std::vector<Side> sides_;
  double deviation_;
};

/// log Phi(x), Phi the normal distribution function; accurate to 1e-13 everywhere.
double log_normal_distribution(double x);

}  // namespace mdsm
