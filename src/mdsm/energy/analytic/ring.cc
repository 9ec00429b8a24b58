#include "mdsm/energy/analytic/ring.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/energy/analytic/constants.h"
#include "mdsm/energy/analytic/rejection.h"

namespace mdsm {

RingEnergy::RingEnergy(double radius, double width, Shape datum_shape)
    : AnalyticEnergy(std::move(datum_shape)),
      radius_(radius),
      width_(require_positive(width, "ring energy: the width")) {
  require(dimension() == 2, "ring energy: data of {} elements (a ring lives in two dimensions). Pass shape (2).",
          dimension());
  require(radius >= 0 && std::isfinite(radius), "ring energy: the radius is {} (it must be at least 0 and finite).",
          radius);
}

ValueAndGradient RingEnergy::evaluate(const Tensor& x) const {
  const Tensor r = x.square().sum(1).sqrt();
  const Tensor slope = (r - radius_) / (width_ * width_);
  const Tensor direction = x / at::where(r > 0, r, at::ones_like(r)).unsqueeze(1);
  return {(r - radius_) * slope * 0.5, direction * slope.unsqueeze(1)};
}

double RingEnergy::log_normaliser_at(double temperature) const {
  const double t = width_ * std::sqrt(temperature);
  const double z = radius_ / (t * std::numbers::sqrt2);
  return std::log(2 * std::numbers::pi) +
         std::log(t * t * std::exp(-z * z) + radius_ * t * std::sqrt(std::numbers::pi / 2) * std::erfc(-z));
}

// The radius has density r exp(-(r - r0)^2 / (2 t^2)) on r > 0. Since log(r / rho) <= r / rho - 1, the Gaussian of
// variance t^2 about rho bounds it up to a constant, when rho = r0 + t^2 / rho is the mode; a proposal is accepted with
// (r / rho) exp(1 - r / rho).
Tensor RingEnergy::draw(const RandomRows& rows, double temperature) const {
  const double t = width_ * std::sqrt(temperature);
  const double rho = 0.5 * (radius_ + std::sqrt(radius_ * radius_ + 4 * t * t));
  const Tensor angle = rows.uniform(0, {1}, at::kDouble) * (2 * std::numbers::pi);
  const Tensor r = sample_by_rejection(rows, 1, [&](uint32_t step) {
    const Tensor candidate = rows.normal(step, {1}, at::kDouble) * t + rho;
    const Tensor ratio = candidate.squeeze(1) / rho;
    const Tensor never = at::full_like(ratio, -std::numeric_limits<double>::infinity());
    return Proposal{candidate, at::where(ratio > 0, ratio.log() + 1 - ratio, never)};
  });
  return at::cat({r * angle.cos(), r * angle.sin()}, 1);
}

}  // namespace mdsm
