#include "mdsm/engine/ops/second_differences.h"

#include "mdsm/engine/ops/shapes.h"

namespace mdsm {
namespace {

/// D along an axis, as differences of neighbours' differences: the first and last have one neighbour.
Tensor second_difference(const Tensor& u, int64_t axis) {
  const int64_t n = u.size(axis);
  if (n == 1) return at::zeros_like(u);
  const Tensor rise = u.narrow(axis, 1, n - 1) - u.narrow(axis, 0, n - 1);
  Tensor out = at::zeros_like(u);
  out.narrow(axis, 0, n - 1).add_(rise);
  out.narrow(axis, 1, n - 1).sub_(rise);
  return out;
}

}  // namespace

Shape SecondDifferences::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0]);
  return x[0];
}

Tensor SecondDifferences::apply(const Tensors& x) const {
  constexpr double kNorm = 6;
  return second_difference(second_difference(x[0], 2), 3).div_(kNorm);
}

Tensors SecondDifferences::adjoint(const Tensor& y_bar, const std::vector<Shape>&) const { return {apply({y_bar})}; }

}  // namespace mdsm
