#include "mdsm/engine/ops/conv.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/cpu/channel_sums.h"
#include "mdsm/engine/ops/conv_passes.h"
#include "mdsm/engine/ops/fold.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

ConvSizes conv3x3(int64_t in, int64_t out) { return {.in = in, .out = out}; }
ConvSizes conv1x1(int64_t in, int64_t out) { return {.in = in, .out = out, .kernel = 1, .padding = 0}; }
ConvSizes conv4x4_down(int64_t in, int64_t out) { return {.in = in, .out = out, .kernel = 4, .stride = 2}; }
ConvSizes conv4x4_up(int64_t in, int64_t out) {
  return {.in = in, .out = out, .kernel = 4, .stride = 2, .kind = ConvKind::transposed};
}

Conv::Conv(const ConvSizes& sizes, Bias bias, Fold fold, InputSlice slice)
    : sizes_(sizes), bias_(bias), fold_(fold), slice_(slice) {
  if (slice_.total == 0) slice_ = {0, sizes_.in};
  const bool is_part = slice_.total != sizes_.in;
  require(slice_.first >= 0 && slice_.first + sizes_.in <= slice_.total,
          "conv: channels {} to {} of a weight with {} (they must be within it).", slice_.first,
          slice_.first + sizes_.in - 1, slice_.total);
  require(!is_part || sizes_.kind == ConvKind::plain || fold_ != Fold::none,
          "conv: a slice of a transposed convolution's weight (only plain and folded ones have slices).");
}

std::string Conv::name() const {
  const std::string_view folded = fold_ == Fold::mean_pool  ? " for 3x3 and mean pool"
                                  : fold_ == Fold::upsample ? " for up-sampling and 3x3"
                                                            : "";
  const std::string part = slice_.total == sizes_.in ? "" : fmt::format(" (from {} of {})", slice_.first, slice_.total);
  return fmt::format("conv {}x{}{}{}{}, {}{} -> {}", sizes_.kernel, sizes_.kernel,
                     sizes_.kind == ConvKind::transposed ? " transposed" : "",
                     sizes_.stride > 1 ? fmt::format(" stride {}", sizes_.stride) : "", folded, sizes_.in, part,
                     sizes_.out);
}

std::vector<Shape> Conv::parameter_shapes() const {
  const ConvSizes& g = sizes_;
  Shape weight{g.out, g.in, g.kernel, g.kernel};
  if (g.kind == ConvKind::transposed) std::swap(weight[0], weight[1]);
  if (fold_ != Fold::none) weight = {g.out, g.in, 3, 3};
  if (g.kind == ConvKind::plain || fold_ != Fold::none) weight[1] = slice_.total;
  if (bias_ == Bias::none) return {weight};
  return {weight, {g.out}};
}

Shape Conv::output_shape(const std::vector<Shape>& x) const {
  require_arity(name(), x, 1);
  require_images(name(), x[0], sizes_.in);
  return conv_output_shape(sizes_, x[0]);
}

double Conv::flops(const std::vector<Shape>& x) const {
  const ConvSizes& g = sizes_;
  const Shape pixels = g.kind == ConvKind::plain ? output_shape(x) : x[0];
  return 2.0 * static_cast<double>(pixels[0] * pixels[2] * pixels[3] * g.in * g.out * g.kernel * g.kernel);
}

Tensors Conv::prepare(const Tensors& theta, at::ScalarType compute) const {
  Tensors prepared = theta;
  prepared[0] = fold_kernel(fold_, sliced(theta[0]), compute);
  if (bias_ == Bias::learned) prepared[1] = theta[1].to(compute);
  return prepared;
}

// (L1)
Tensor Conv::run_forward(Point& at) const {
  return conv_product(at.conv_choice, sizes_, at.x[0], at.theta[0], bias_ == Bias::learned ? at.theta[1] : Tensor());
}

// (L2), and theta_bar
Tensors Conv::run_backward(const Point& at, const Tensor& y_bar, const InputAdjoints& inputs, Grads* grads) const {
  if (grads) add_gradients(at, std::array{ConvPair{at.x.at(0), y_bar}}, y_bar, *grads);
  if (inputs.skipped()) return {Tensor()};
  return {conv_adjoint(at.conv_choice, sizes_, y_bar, at.theta[0], at.shapes[0])};
}

// (L3): the bias does not move
Tensor Conv::run_tangent_forward(const Point& at, const Tensors& x_dot) const {
  return conv_product(at.conv_choice, sizes_, x_dot[0], at.theta[0], Tensor());
}

// (L4): only the weight has a cross term
Tensors Conv::run_tangent_backward(const Point& at, const Tangent& dot, const Tensor& y_bar, const Tensor& y_bar_dot,
                                   const InputAdjoints& inputs, Grads* grads) const {
  if (grads) {
    const std::array pairs{ConvPair{dot.x[0], y_bar}, ConvPair{at.x[0], y_bar_dot}};
    add_gradients(at, pairs, y_bar_dot, *grads);
  }
  if (inputs.skipped()) return {Tensor()};
  return {conv_adjoint(at.conv_choice, sizes_, y_bar_dot, at.theta[0], at.shapes[0])};
}

Tensor Conv::sliced(const Tensor& weight) const {
  return slice_.total == sizes_.in ? weight : weight.narrow(1, slice_.first, sizes_.in);
}

void Conv::add_gradients(const Point& at, std::span<const ConvPair> pairs, const Tensor& bias_bar, Grads& grads) const {
  if (fold_ == Fold::none) {
    add_conv_weight_adjoint(at.conv_choice, sizes_, pairs, sliced(grads.at(0)));
  } else {
    const Tensor kernel_bar = at::zeros(at.theta[0].sizes(), grads.at(0).options());
    add_conv_weight_adjoint(at.conv_choice, sizes_, pairs, kernel_bar);
    add_unfolded(fold_, kernel_bar, sliced(grads.at(0)));
  }
  if (bias_ == Bias::learned) grads.add(1, kernels::channel_sums(bias_bar));
}

}  // namespace mdsm
