#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/restore/classical.h"
#include "mdsm/restore/differences.h"

namespace mdsm {

// The saddle point of <grad x, p> + <A x, q> - <y, q> - r ||q|| over |p| <= 1 and all q, r the radius of the ball of
// data that the noise allows. A is scaled to norm 1, so that ||(grad, A)||^2 <= 8 + 1.
Tensor total_variation(const Measurement& measurement, int64_t iterations) {
  require(iterations >= 1, "total variation: {} iterations (expected at least 1).", iterations);
  const LinearOperator& a = measurement.a();
  const double norm = a.largest_singular_value();
  const Tensor y = measurement.y() / norm;
  const double radius = measurement.sigma() / norm * std::sqrt(a.where_measured().sum().item<double>());
  const double step = 1 / 3.0;
  Tensor x = measurement.projected();
  Tensor ahead = x;
  Tensor p_rows = at::zeros_like(x);
  Tensor p_columns = at::zeros_like(x);
  Tensor q = at::zeros_like(y);
  for (int64_t i = 0; i < iterations; ++i) {
    p_rows = p_rows + step * forward_difference(ahead, 2);
    p_columns = p_columns + step * forward_difference(ahead, 3);
    const Tensor excess = at::hypot(p_rows, p_columns).clamp_min(1);
    p_rows = p_rows / excess;
    p_columns = p_columns / excess;
    const Tensor moved = q + step * (a.apply(ahead) / norm - y);
    const Tensor length = per_datum(sum_per_datum(moved.square()).sqrt(), moved);
    q = moved * (1 - step * radius / length.clamp_min(1e-30)).clamp_min(0);
    const Tensor next =
        x - step * (difference_adjoint(p_rows, 2) + difference_adjoint(p_columns, 3) + a.adjoint(q) / norm);
    ahead = 2 * next - x;
    x = next;
  }
  return x;
}

}  // namespace mdsm
