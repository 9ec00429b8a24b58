#include "mdsm/evaluate/frechet.h"

#include <algorithm>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

Tensor symmetric(const Tensor& matrix) { return (matrix + matrix.t()) / 2; }

/// S^(1/2) of a positive semi-definite matrix.
Tensor square_root(const Tensor& matrix) {
  const auto [values, vectors] = at::linalg_eigh(symmetric(matrix));
  return (vectors * values.clamp_min(0).sqrt()).mm(vectors.t());
}

}  // namespace

FrechetDistance frechet_distance(const Moments& a, const Moments& b) {
  require(a.mean.sizes() == b.mean.sizes(),
          "Frechet distance: {} features against {} (the two come from different networks). Measure both with one.",
          a.mean.size(0), b.mean.size(0));
  const Tensor root = square_root(a.covariance);
  const Tensor eigenvalues = at::linalg_eigvalsh(symmetric(root.mm(b.covariance).mm(root)));
  const double cross = eigenvalues.clamp_min(0).sqrt().sum().item<double>();
  FrechetDistance result;
  result.mean_part = (a.mean - b.mean).square().sum().item<double>();
  result.covariance_part =
      std::max(0.0, a.covariance.trace().item<double>() + b.covariance.trace().item<double>() - 2 * cross);
  result.distance = result.mean_part + result.covariance_part;
  return result;
}

int64_t covariance_rank(const Tensor& covariance) {
  const Tensor values = at::linalg_eigvalsh(symmetric(covariance));
  return (values > values.max() * 1e-10).sum().item<int64_t>();
}

}  // namespace mdsm
