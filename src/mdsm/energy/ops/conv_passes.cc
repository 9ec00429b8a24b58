#include "mdsm/energy/ops/conv_passes.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/ops/shapes.h"

namespace mdsm {
namespace {

std::array<int64_t, 2> both(int64_t value) { return {value, value}; }

at::ScalarType accumulation_type(const Tensor& tensor) {
  return tensor.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace

Shape conv_output_shape(const ConvGeometry& g, const Shape& x) {
  const auto side = [&](int64_t size) {
    if (g.kind == ConvKind::transposed) return (size - 1) * g.stride - 2 * g.padding + g.kernel;
    const int64_t span = size + 2 * g.padding - g.kernel;
    require(span >= 0 && span % g.stride == 0,
            "conv {}x{} stride {}: a side of {} pixels does not fit (it must be a multiple of {}).", g.kernel, g.kernel,
            g.stride, size, g.stride);
    return span / g.stride + 1;
  };
  return {x[0], g.out, side(x[2]), side(x[3])};
}

Tensor conv_forward(const ConvGeometry& g, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const std::optional<Tensor> optional_bias = bias.defined() ? std::optional<Tensor>(bias) : std::nullopt;
  return at::convolution(channels_last(x), weight, optional_bias, both(g.stride), both(g.padding), both(1),
                         g.kind == ConvKind::transposed, both(0), 1);
}

// Sides fit exactly (conv_output_shape), so the adjoint of a convolution is the transposed one with the same weight,
// and conversely: no pass needs x for its shape alone.
Tensor conv_input_gradient(const ConvGeometry& g, const Tensor& y_bar, const Tensor& weight, const Shape& /*x_shape*/) {
  return at::convolution(channels_last(y_bar), weight, std::nullopt, both(g.stride), both(g.padding), both(1),
                         g.kind == ConvKind::plain, both(0), 1);
}

Tensor conv_weight_gradient(const ConvGeometry& g, const Tensor& x, const Tensor& y_bar) {
  const bool transposed = g.kind == ConvKind::transposed;
  const Shape shape = transposed ? Shape{g.in, g.out, g.kernel, g.kernel} : Shape{g.out, g.in, g.kernel, g.kernel};
  const Tensor like = at::empty(shape, x.options(), at::MemoryFormat::ChannelsLast);
  return std::get<1>(at::convolution_backward(channels_last(y_bar), channels_last(x), like, at::OptionalIntArrayRef(),
                                              both(g.stride), both(g.padding), both(1), transposed, both(0), 1,
                                              {false, true, false}));
}

Tensor conv_weight_gradient_pair(const ConvGeometry& g, const Tensor& x0, const Tensor& y_bar0, const Tensor& x1,
                                 const Tensor& y_bar1) {
  return conv_weight_gradient(g, at::cat({x0, x1}), at::cat({y_bar0, y_bar1}));
}

Tensor sum_over_pixels(const Tensor& y_bar) { return y_bar.sum({0, 2, 3}, false, accumulation_type(y_bar)); }

}  // namespace mdsm
