#include "mdsm/energy/analytic/gaussian.h"

#include <cmath>
#include <numbers>
#include <tuple>

#include "mdsm/base/error.h"
#include "mdsm/energy/analytic/constants.h"

namespace mdsm {

DiagonalGaussianEnergy::DiagonalGaussianEnergy(const Tensor& mean, const Tensor& variance)
    : AnalyticEnergy(mean.sizes().vec()),
      mean_(as_constant(mean, "Gaussian energy: the mean").flatten()),
      variance_(as_positive_constant(variance, mean.sizes(), "Gaussian energy: the variance").flatten()) {}

ValueAndGradient DiagonalGaussianEnergy::evaluate(const Tensor& x) const {
  const Tensor offset = x - mean_.to(x.options());
  Tensor gradient = offset / variance_.to(x.options());
  return {(offset * gradient).sum(1) * 0.5, gradient};
}

double DiagonalGaussianEnergy::log_normaliser_at(double temperature) const {
  return 0.5 * (variance_ * (2 * std::numbers::pi * temperature)).log().sum().item<double>();
}

Tensor DiagonalGaussianEnergy::draw(const RandomRows& rows, double temperature) const {
  return mean_ + (variance_ * temperature).sqrt() * rows.normal(0, {dimension()}, at::kDouble);
}

GaussianEnergy::GaussianEnergy(const Tensor& mean, const Tensor& covariance)
    : AnalyticEnergy(mean.sizes().vec()), mean_(as_constant(mean, "Gaussian energy: the mean").flatten()) {
  const Tensor matrix = as_constant(covariance, "Gaussian energy: the covariance");
  require(matrix.dim() == 2 && matrix.size(0) == dimension() && matrix.size(1) == dimension(),
          "Gaussian energy: the covariance has shape {} for data of {} elements. Pass shape ({}, {}).",
          to_text(matrix.sizes()), dimension(), dimension(), dimension());
  const double asymmetry = (matrix - matrix.t()).abs().max().item<double>();
  require(asymmetry <= 1e-6 * matrix.abs().max().item<double>(),
          "Gaussian energy: the covariance is not symmetric (elements differ by up to {} from the transpose's).",
          asymmetry);
  Tensor info;
  std::tie(factor_, info) = at::linalg_cholesky_ex((matrix + matrix.t()) * 0.5);
  require(info.item<int64_t>() == 0,
          "Gaussian energy: the covariance is not positive definite (Cholesky's pivot {} fails). Add to its diagonal.",
          info.item<int64_t>());
  precision_ = at::cholesky_inverse(factor_);
}

ValueAndGradient GaussianEnergy::evaluate(const Tensor& x) const {
  const Tensor offset = x - mean_.to(x.options());
  Tensor gradient = offset.mm(precision_.to(x.options()));
  return {(offset * gradient).sum(1) * 0.5, gradient};
}

double GaussianEnergy::log_normaliser_at(double temperature) const {
  return 0.5 * static_cast<double>(dimension()) * std::log(2 * std::numbers::pi * temperature) +
         factor_.diagonal().log().sum().item<double>();
}

Tensor GaussianEnergy::draw(const RandomRows& rows, double temperature) const {
  return mean_ + rows.normal(0, {dimension()}, at::kDouble).mm(factor_.t()) * std::sqrt(temperature);
}

}  // namespace mdsm
