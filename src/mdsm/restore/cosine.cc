#include "mdsm/restore/cosine.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"

namespace mdsm {

Tensor cosine_matrix(int64_t n) {
  const Tensor k = at::arange(n, at::kDouble).unsqueeze(1);
  const Tensor place = at::arange(n, at::kDouble) + 0.5;
  Tensor matrix =
      (k * place * (std::numbers::pi / static_cast<double>(n))).cos() * std::sqrt(2.0 / static_cast<double>(n));
  matrix[0].mul_(std::sqrt(0.5));
  return matrix;
}

void require_cosine_sides(int64_t height, int64_t width, const char* what) {
  require(std::max(height, width) <= kMostCosines,
          "{}: images of {} x {} pixels (its cosine transform takes at most {} a side). Crop them.", what, height,
          width, kMostCosines);
}

Tensor cosine_transform(const Tensor& x) {
  const Tensor rows = cosine_matrix(x.size(-2)).to(x.options());
  const Tensor columns = cosine_matrix(x.size(-1)).to(x.options());
  return map_each_alone(x, [&](const Tensor& one) { return at::matmul(at::matmul(rows, one), columns.t()); });
}

Tensor inverse_cosine_transform(const Tensor& x) {
  const Tensor rows = cosine_matrix(x.size(-2)).to(x.options());
  const Tensor columns = cosine_matrix(x.size(-1)).to(x.options());
  return map_each_alone(x, [&](const Tensor& one) { return at::matmul(at::matmul(rows.t(), one), columns); });
}

}  // namespace mdsm
