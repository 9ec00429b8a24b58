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

Tensor MeanPool::run_forward(Point& at) const { return kernels::sum_2x2(at.x[0], 0.25F); }

Tensors MeanPool::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return {kernels::repeat_2x2(y_bar, 0.25F)};
}

Tensor MeanPool::run_tangent_forward(const Point&, const Tensors& x_dot) const {
  return kernels::sum_2x2(x_dot[0], 0.25F);
}

Tensors MeanPool::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                       const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

Shape Upsample::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0]);
  return {x[0][0], x[0][1], 2 * x[0][2], 2 * x[0][3]};
}

Tensor Upsample::run_forward(Point& at) const { return kernels::repeat_2x2(at.x[0], 1); }

Tensors Upsample::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return {kernels::sum_2x2(y_bar, 1)};
}

Tensor Upsample::run_tangent_forward(const Point&, const Tensors& x_dot) const {
  return kernels::repeat_2x2(x_dot[0], 1);
}

Tensors Upsample::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                       const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
