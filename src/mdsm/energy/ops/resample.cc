#include "mdsm/energy/ops/resample.h"

#include "mdsm/energy/ops/shapes.h"

namespace mdsm {
namespace {

Tensor mean_of_4(const Tensor& x) { return at::avg_pool2d(x, {2, 2}); }

Tensor repeat_4(const Tensor& x) {
  const std::array<int64_t, 2> size{2 * x.size(2), 2 * x.size(3)};
  return at::upsample_nearest2d(x, size);
}

}  // namespace

Shape MeanPool::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0]);
  require_even_sides(name(), x[0]);
  return {x[0][0], x[0][1], x[0][2] / 2, x[0][3] / 2};
}

Tensor MeanPool::run_forward(Point& at) const { return mean_of_4(at.x[0]); }

Tensors MeanPool::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return {repeat_4(y_bar * 0.25)};
}

Tensor MeanPool::run_tangent_forward(const Point&, const Tensors& x_dot) const { return mean_of_4(x_dot[0]); }

Tensors MeanPool::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                       const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

Shape Upsample::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0]);
  return {x[0][0], x[0][1], 2 * x[0][2], 2 * x[0][3]};
}

Tensor Upsample::run_forward(Point& at) const { return repeat_4(at.x[0]); }

Tensors Upsample::run_backward(const Point&, const Tensor& y_bar, const InputAdjoints&, Grads*) const {
  return {mean_of_4(y_bar) * 4};
}

Tensor Upsample::run_tangent_forward(const Point&, const Tensors& x_dot) const { return repeat_4(x_dot[0]); }

Tensors Upsample::run_tangent_backward(const Point& at, const Tangent&, const Tensor&, const Tensor& y_bar_dot,
                                       const InputAdjoints& inputs, Grads* grads) const {
  return run_backward(at, y_bar_dot, inputs, grads);
}

}  // namespace mdsm
