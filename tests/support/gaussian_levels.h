#pragma once

#include <memory>

#include "mdsm/data/moments.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/evaluate/density/level_energies.h"

namespace mdsm::testing {

/// Gaussian data in 8 dimensions, N(m, C) with C = F F' + v I of four factors, whose energy, posterior mean and moments
/// are known at every noise level.
class GaussianLevels {
 public:
  static constexpr int64_t kDimensions = 8;

  GaussianLevels() {
    const RandomRows rows = RandomRows::slots(17, Stream::data, 0, 5);
    const Tensor drawn = rows.normal(0, {kDimensions}, at::kDouble);
    mean_ = drawn[4];
    // Orthogonal factors, as those of fitted moments are.
    const Tensor scales = at::tensor({1.5, 1.1, 0.8, 0.5}, at::kDouble).unsqueeze(1);
    factor_ = std::get<0>(at::linalg_qr(drawn.narrow(0, 0, 4).t())).t() * scales;
  }

  const Tensor& mean() const { return mean_; }
  /// C + sigma^2 I
  Tensor covariance(double sigma = 0) const {
    return factor_.t().mm(factor_) + (kResidual + sigma * sigma) * at::eye(kDimensions, at::kDouble);
  }
  /// C (C + sigma^2 I)^-1: derivative of the posterior mean.
  Tensor gain(double sigma) const { return at::linalg_solve(covariance(sigma), covariance()); }
  Tensor clean(const RandomRows& rows) const {
    const Tensor root = at::linalg_cholesky(covariance());
    return mean_ + rows.normal(0, {kDimensions}, at::kDouble).mm(root.t());
  }
  /// Of the data with noise.
  Tensor noisy(const RandomRows& rows, double sigma) const {
    return clean(rows) + sigma * rows.normal(1, {kDimensions}, at::kDouble);
  }
  /// -log p of the data with noise, up to a constant.
  ScaledEnergy at(double sigma) const { return {std::make_shared<GaussianEnergy>(mean_, covariance(sigma)), sigma}; }
  DataMoments moments() const { return {mean_.to(at::kFloat), factor_.to(at::kFloat), kResidual}; }

 private:
  static constexpr double kResidual = 0.04;

  Tensor mean_;    // (D)
  Tensor factor_;  // (4, D)
};

}  // namespace mdsm::testing
