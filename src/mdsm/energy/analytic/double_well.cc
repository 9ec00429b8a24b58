#include "mdsm/energy/analytic/double_well.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "mdsm/energy/analytic/constants.h"
#include "mdsm/energy/analytic/rejection.h"

namespace mdsm {
namespace {

constexpr double kPi = std::numbers::pi;

/// e^-z (I_{-1/4}(z) + I_{1/4}(z)) for z > 0.
double scaled_bessel_sum(double z) {
  // Beyond 100 the expansion e^-z I_nu(z) ~ (2 pi z)^(-1/2) sum_j prod_{i<=j} ((2i-1)^2 - 4 nu^2) / (8 z i) reaches
  // double precision in a few terms, K is e^-2z smaller, and the library's I would soon overflow.
  if (z > 100) {
    double term = 1;
    double sum = 1;
    for (int i = 1; i <= 12; ++i) {
      const double odd = 2 * i - 1;
      term *= (odd * odd - 0.25) / (8 * z * i);
      sum += term;
    }
    return 2 * sum / std::sqrt(2 * kPi * z);
  }
  // I_{-nu} = I_nu + (2/pi) sin(nu pi) K_nu
  return std::exp(-z) * (2 * std::cyl_bessel_i(0.25, z) + std::numbers::sqrt2 / kPi * std::cyl_bessel_k(0.25, z));
}

}  // namespace

DoubleWellEnergy::DoubleWellEnergy(Shape datum_shape, double a, double b, double other_variance)
    : AnalyticEnergy(std::move(datum_shape)),
      a_(require_positive(a, "double-well energy: a")),
      b_(require_positive(b, "double-well energy: b")),
      other_variance_(require_positive(other_variance, "double-well energy: the variance of the other coordinates")) {}

ValueAndGradient DoubleWellEnergy::evaluate(const Tensor& x) const {
  const Tensor first = x.narrow(1, 0, 1);                 // (B, 1)
  const Tensor others = x.narrow(1, 1, dimension() - 1);  // (B, D - 1)
  const Tensor excess = first.square() - a_ * a_;
  const Tensor value = excess.square().sum(1) / (4 * b_) + others.square().sum(1) / (2 * other_variance_);
  return {value, at::cat({first * excess / b_, others / other_variance_}, 1)};
}

double DoubleWellEnergy::log_normaliser_at(double temperature) const {
  const double z = std::pow(a_, 4) / (8 * b_ * temperature);
  return std::log(kPi * a_ / 2 * scaled_bessel_sum(z)) +
         0.5 * static_cast<double>(dimension() - 1) * std::log(2 * kPi * temperature * other_variance_);
}

// With c = 1 / (4 b T) the density of x_0 is f = exp(-c (x^2 - a^2)^2), even. Two Gaussians bound it:
//   deep wells:     (x^2 - a^2)^2 >= a^2 (x - a)^2 for x > 0, a Gaussian about a;
//   shallow wells:  (x^2 - a^2)^2 >= 2 d (x^2 - a^2) - d^2 for every d, a Gaussian about 0, whose integral is
//                   smallest at d = (sqrt(a^4 + 1/c) - a^2) / 2.
// Whichever has the smaller integral is used: half of the candidates or more are accepted.
Tensor DoubleWellEnergy::draw_well(const RandomRows& rows, double temperature) const {
  const double c = 1 / (4 * b_ * temperature);
  const double square = a_ * a_;
  const double d = 0.5 * (std::sqrt(square * square + 1 / c) - square);
  const double log_deep = std::log(2 / a_);  // both in units of sqrt(pi / c)
  const double log_shallow = c * d * (2 * square + d) - 0.5 * std::log(2 * d);
  const bool deep = log_deep < log_shallow;
  const double centre = deep ? a_ : 0;
  const double spread = std::sqrt(1 / (deep ? 2 * c * square : 4 * c * d));
  const Tensor magnitude = sample_by_rejection(rows, 2, [&](uint32_t step) {
    const Tensor proposed = rows.normal(step, {1}, at::kDouble) * spread + centre;
    const Tensor x = deep ? proposed : proposed.abs();
    const Tensor excess = x.square() - square;
    const Tensor bound = deep ? (x - a_).square() * square : excess * (2 * d) - d * d;
    const Tensor never = at::full_like(x, -std::numeric_limits<double>::infinity());
    return Proposal{x, at::where(x > 0, (bound - excess.square()) * c, never).squeeze(1)};
  });
  return at::where(rows.uniform(0, {1}) < 0.5, magnitude, -magnitude);
}

Tensor DoubleWellEnergy::draw(const RandomRows& rows, double temperature) const {
  const Tensor others = rows.normal(1, {dimension() - 1}, at::kDouble) * std::sqrt(temperature * other_variance_);
  return at::cat({draw_well(rows, temperature), others}, 1);
}

}  // namespace mdsm
