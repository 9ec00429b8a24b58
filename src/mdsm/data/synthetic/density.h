#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/base/rng.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// A draw of a density on the plane.
struct PlanePoint {
  double x = 0;
  double y = 0;
  int64_t part = 0;  ///< index into SyntheticDensity::parts(); 0 if those are empty
};

/// A probability density on the plane that can be evaluated and sampled, both exactly (to rounding in double
/// precision).
class SyntheticDensity {
 public:
  virtual ~SyntheticDensity() = default;

  /// log p(x), shape (B), float64; -infinity where p(x) = 0.
  /// \param x  (B, 2), any floating-point type
  /// \throws Error for any other shape
  Tensor log_density(const Tensor& x) const;
  /// One draw a key, shape (B, 2), float64.
  Tensor sample(std::span<const RandomKey> keys) const;

  virtual double log_density_at(double x, double y) const = 0;
  virtual PlanePoint draw(const RandomKey& key) const = 0;
  /// What draws can be told apart by (components, arms, squares); empty if there is one part only.
  virtual std::vector<std::string> parts() const { return {}; }
  /// The square [-half_width, half_width]^2 holds all of the probability but 1e-9.
  virtual double half_width() const = 0;
};

/// Names that synthetic_density() knows.
std::vector<std::string> synthetic_density_names();

/// The density of that name:
///
/// | name         | law                                                                              |
/// |--------------|----------------------------------------------------------------------------------|
/// | gaussian     | mean (0.5, -0.5), standard deviations 1 and 0.7, correlation 0.6                 |
/// | mixture-grid | 25 equal Gaussians of deviation 0.15 at {-4, -2, 0, 2, 4}^2                      |
/// | ring         | proportional to exp(-(r - 2)^2 / (2 0.2^2)), r the distance from the origin      |
/// | spirals      | arms +-(a/3)(cos a, sin a), a = 3 pi sqrt(u), u uniform in [0, 1], plus 0.1 n    |
/// | checkerboard | uniform on eight of the sixteen squares of side 2 in [-4, 4]^2                   |
/// | swiss-roll   | (t/5)(cos t, sin t), t uniform in [1.5 pi, 4.5 pi], plus 0.15 n                  |
///
/// with n ~ N(0, I). The curves are polygons of 128 sides an arm, for which the density is exact.
/// \throws Error for any other name
std::shared_ptr<const SyntheticDensity> synthetic_density(std::string_view name);

}  // namespace mdsm
