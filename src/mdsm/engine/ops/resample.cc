#include "mdsm/engine/ops/resample.h"

#include "mdsm/engine/kernels/cpu/resample.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Shape MeanPool::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0]);
  require_even_sides(name(), x[0]);
  return {x[0][0], x[0][1], x[0][2] / 2, x[0][3] / 2};
}

Tensor MeanPool::apply(const Tensors& x) const { return kernels::sum_2x2(x[0], 0.25F); }

Tensors MeanPool::adjoint(const Tensor& y_bar, const std::vector<Shape>&) const {
  return {kernels::repeat_2x2(y_bar, 0.25F)};
}

Shape Upsample::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0]);
  return {x[0][0], x[0][1], 2 * x[0][2], 2 * x[0][3]};
}

Tensor Upsample::apply(const Tensors& x) const { return kernels::repeat_2x2(x[0], 1); }

Tensors Upsample::adjoint(const Tensor& y_bar, const std::vector<Shape>&) const { return {kernels::sum_2x2(y_bar, 1)}; }

}  // namespace mdsm
