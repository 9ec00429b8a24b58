#include "mdsm/energy/ops/conv.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/ops/conv_passes.h"
#include "mdsm/energy/ops/shapes.h"

namespace mdsm {

ConvGeometry conv3x3(int64_t in, int64_t out) { return {.in = in, .out = out}; }
ConvGeometry conv1x1(int64_t in, int64_t out) { return {.in = in, .out = out, .kernel = 1, .padding = 0}; }
ConvGeometry conv4x4_down(int64_t in, int64_t out) { return {.in = in, .out = out, .kernel = 4, .stride = 2}; }
ConvGeometry conv4x4_up(int64_t in, int64_t out) {
  return {.in = in, .out = out, .kernel = 4, .stride = 2, .kind = ConvKind::transposed};
}

std::string Conv::name() const {
  return fmt::format("conv {}x{}{}{}, {} -> {}", geometry_.kernel, geometry_.kernel,
                     geometry_.kind == ConvKind::transposed ? " transposed" : "",
                     geometry_.stride > 1 ? fmt::format(" stride {}", geometry_.stride) : "", geometry_.in,
                     geometry_.out);
}

std::vector<Shape> Conv::parameter_shapes() const {
  const ConvGeometry& g = geometry_;
  const Shape weight =
      g.kind == ConvKind::plain ? Shape{g.out, g.in, g.kernel, g.kernel} : Shape{g.in, g.out, g.kernel, g.kernel};
  if (bias_ == Bias::none) return {weight};
  return {weight, {g.out}};
}

Shape Conv::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0], geometry_.in);
  return conv_output_shape(geometry_, x[0]);
}

double Conv::flops(const std::vector<Shape>& x) const {
  const ConvGeometry& g = geometry_;
  const Shape pixels = g.kind == ConvKind::plain ? output_shape(x) : x[0];
  return 2.0 * static_cast<double>(pixels[0] * pixels[2] * pixels[3] * g.in * g.out * g.kernel * g.kernel);
}

Tensors Conv::prepare(const Tensors& theta, at::ScalarType compute) const {
  Tensors prepared = theta;
  prepared[0] = theta[0].to(compute).contiguous(at::MemoryFormat::ChannelsLast);
  if (bias_ == Bias::learned) prepared[1] = theta[1].to(compute);
  return prepared;
}

// (L1)
Tensor Conv::run_forward(Point& at) const {
  return conv_forward(geometry_, at.x[0], at.theta[0], bias_ == Bias::learned ? at.theta[1] : Tensor());
}

// (L2), and theta_bar
Tensors Conv::run_backward(const Point& at, const Tensor& y_bar, InputAdjoints wanted, Grads* grads) const {
  if (grads) {
    grads->add(0, conv_weight_gradient(geometry_, at.x.at(0), y_bar));
    if (bias_ == Bias::learned) grads->add(1, sum_over_pixels(y_bar));
  }
  if (wanted == InputAdjoints::unwanted) return {Tensor()};
  return {conv_input_gradient(geometry_, y_bar, at.theta[0], at.shapes[0])};
}

// (L3): the bias does not move
Tensor Conv::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  return conv_forward(geometry_, x_dot[0], at.theta[0], Tensor());
}

// (L4): only the weight has a cross term
Tensors Conv::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                                   InputAdjoints wanted, Grads* grads) const {
  if (grads) {
    grads->add(0, conv_weight_gradient_pair(geometry_, dot.x[0], y_bar, at.x[0], y_bar_dot));
    if (bias_ == Bias::learned) grads->add(1, sum_over_pixels(y_bar_dot));
  }
  if (wanted == InputAdjoints::unwanted) return {Tensor()};
  return {conv_input_gradient(geometry_, y_bar_dot, at.theta[0], at.shapes[0])};
}

}  // namespace mdsm
