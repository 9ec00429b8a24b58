#include "mdsm/engine/ops/conv_passes.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/ops/shapes.h"

namespace mdsm {

Shape conv_output_shape(const ConvSizes& s, const Shape& x) {
  const auto side = [&](int64_t size) {
    if (s.kind == ConvKind::transposed) return (size - 1) * s.stride - 2 * s.padding + s.kernel;
    const int64_t span = size + 2 * s.padding - s.kernel;
    require(span >= 0, "conv {}x{}: a side of {} pixels does not fit (with {} of padding it is below the kernel's).",
            s.kernel, s.kernel, size, s.padding);
    return span / s.stride + 1;
  };
  return {x[0], s.out, side(x[2]), side(x[3])};
}

namespace {

/// Without a choice: LibTorch's way, but for 1x1 convolutions, of which it has several, by batch and threads. So the
/// method depends on the layer alone.
ConvMethod fixed_method(const ConvGeometry& g, at::Device device) {
  const bool product = device.is_cpu() && g == ConvGeometry{.kernel = 1, .stride = 1, .padding = 0};
  return product ? ConvMethod::matrix_product : ConvMethod::aten;
}

Tensor forward(ConvChoice* choice, const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvGeometry& g) {
  if (!choice) return conv_forward(x, weight, bias, g, fixed_method(g, x.device()));
  return choice->forward(x, weight, bias, g);
}

Tensor input_gradient(ConvChoice* choice, const Tensor& y_bar, const Tensor& weight, const ConvGeometry& g,
                      int64_t height, int64_t width) {
  if (!choice) return conv_input_gradient(y_bar, weight, g, height, width, fixed_method(g, y_bar.device()));
  return choice->input_gradient(y_bar, weight, g, height, width);
}

}  // namespace

Tensor conv_product(ConvChoice* choice, const ConvSizes& s, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Tensor input = channels_last(x);
  if (s.kind == ConvKind::plain) return forward(choice, input, weight, bias, s.geometry());
  const Shape y = conv_output_shape(s, {x.sizes().begin(), x.sizes().end()});
  Tensor product = input_gradient(choice, input, weight, s.geometry(), y[2], y[3]);
  return bias.defined() ? product.add_(bias.view({1, -1, 1, 1})) : product;
}

Tensor conv_adjoint(ConvChoice* choice, const ConvSizes& s, const Tensor& y_bar, const Tensor& weight,
                    const Shape& x_shape) {
  if (s.kind == ConvKind::transposed) return forward(choice, channels_last(y_bar), weight, Tensor(), s.geometry());
  return input_gradient(choice, channels_last(y_bar), weight, s.geometry(), x_shape[2], x_shape[3]);
}

void add_conv_weight_adjoint(ConvChoice* choice, const ConvSizes& s, std::span<const ConvPair> pairs,
                             const Tensor& out) {
  std::vector<ConvPair> laid_out;
  for (const auto& [x, y_bar] : pairs) {
    laid_out.push_back({channels_last(x), channels_last(y_bar)});
    if (s.kind == ConvKind::transposed) std::swap(laid_out.back().x, laid_out.back().y_bar);
  }
  if (choice) choice->add_weight_gradient(laid_out, s.geometry(), out);
  else add_conv_weight_gradient(laid_out, s.geometry(), WeightGradientMethod::aten, out);
}

}  // namespace mdsm
