#include "mdsm/energy/analytic/low_rank_gaussian.h"

#include <cmath>
#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/energy/analytic/constants.h"

namespace mdsm {

LowRankGaussianEnergy::LowRankGaussianEnergy(const Tensor& mean, const Tensor& directions, const Tensor& along,
                                             double across)
    : AnalyticEnergy(mean.sizes().vec()),
      mean_(as_constant(mean, "low-rank Gaussian: the mean").flatten()),
      directions_(as_constant(directions, "low-rank Gaussian: the directions")),
      along_(as_positive_constant(along, along.sizes(), "low-rank Gaussian: the variances along")),
      across_(require_positive(across, "low-rank Gaussian: the variance across")) {
  require(directions_.dim() == 2 && directions_.size(0) == dimension() && directions_.size(1) <= dimension() &&
              along_.dim() == 1 && along_.size(0) == directions_.size(1),
          "low-rank Gaussian: directions of shape {} with variances {} for data of {} elements. Pass ({}, r) and (r).",
          to_text(directions_.sizes()), to_text(along_.sizes()), dimension(), dimension());
  const Tensor products = directions_.t().mm(directions_);
  const double error = (products - at::eye(along_.size(0), at::kDouble)).abs().max().item<double>();
  require(error <= 1e-6, "low-rank Gaussian: the directions are not orthonormal (products are off by up to {}).",
          error);
}

ValueAndGradient LowRankGaussianEnergy::evaluate(const Tensor& x) const {
  const Tensor offset = x - mean_.to(x.options());
  const Tensor directions = directions_.to(x.options());
  const Tensor shrink = (1 - across_ / along_).to(x.options());
  const Tensor inside = (offset.mm(directions) * shrink).mm(directions.t());
  Tensor gradient = (offset - inside).mul_(1 / across_);
  return {(offset * gradient).sum(1) * 0.5, gradient};
}

double LowRankGaussianEnergy::log_normaliser_at(double temperature) const {
  const auto across_count = static_cast<double>(dimension() - along_.size(0));
  return 0.5 * (static_cast<double>(dimension()) * std::log(2 * std::numbers::pi * temperature) +
                along_.log().sum().item<double>() + across_count * std::log(across_));
}

Tensor LowRankGaussianEnergy::draw(const RandomRows& rows, double temperature) const {
  const Tensor normal = rows.normal(0, {dimension()}, at::kDouble);
  const double root = std::sqrt(across_);
  const Tensor inside = (normal.mm(directions_) * (along_.sqrt() - root)).mm(directions_.t());
  return mean_ + (normal * root + inside) * std::sqrt(temperature);
}

}  // namespace mdsm
