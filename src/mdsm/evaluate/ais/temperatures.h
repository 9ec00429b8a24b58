#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdsm {

/// How the inverse temperatures beta_0 = 0 < beta_1 < ... < beta_K = 1 of an annealing are spread.
enum class BetaSpacing {
  adaptive,     ///< equal thermodynamic length, as the pilot run measures it
  linear,       ///< equal steps of beta
  exponential,  ///< 1/beta falls exponentially, the paper's "roughly exponential schedule": beta_k = b^((K-k)/(K-1))
};

/// "adaptive", "linear", "exponential" in the order of the enum.
const std::vector<std::string>& beta_spacing_names();
/// \throws Error that names the nearest
BetaSpacing beta_spacing(const std::string& name);

/// beta_1 of the exponential spacing: the highest temperature is 10 000.
inline constexpr double kSmallestBeta = 1e-4;

/// A curve through points, linear between them: what the pilot run leaves behind as a function of beta.
class Curve {
 public:
  /// \param x  rising strictly, at least 2, one y each
  Curve(std::vector<double> x, std::vector<double> y);
  /// y at `x`; the end values outside.
  double at(double x) const;
  const std::vector<double>& x() const { return x_; }
  const std::vector<double>& y() const { return y_; }

 private:
  std::vector<double> x_;
  std::vector<double> y_;
};

/// K + 1 inverse temperatures from exactly 0 to exactly 1, equally spaced in `length` (docs/derivations/ais.md, (9)).
/// \param length  thermodynamic length from beta = 0, by beta; never falling
std::vector<double> adaptive_betas(const Curve& length, int64_t steps);
std::vector<double> linear_betas(int64_t steps);
std::vector<double> exponential_betas(int64_t steps);

}  // namespace mdsm
