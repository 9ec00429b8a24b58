#include "mdsm/engine/kernels/conv_passes.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/cpu/space_to_depth.h"

namespace mdsm {
namespace {

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;
constexpr ConvGeometry kPointwise{.kernel = 1, .stride = 1, .padding = 0};

/// (B, C, H, W) times (C, K) on every pixel; channels-last in and out without a copy.
Tensor multiply_pixels(const Tensor& x, const Tensor& matrix, const Tensor& bias) {
  const Tensor rows = x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)});
  const Tensor product = bias.defined() ? at::addmm(bias, rows, matrix) : rows.mm(matrix);
  return product.view({x.size(0), x.size(2), x.size(3), matrix.size(1)}).permute({0, 3, 1, 2});
}

Tensor aten_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t stride, int64_t padding,
                    bool transposed, int64_t output_padding_h = 0, int64_t output_padding_w = 0) {
  const std::optional<Tensor> optional_bias = bias.defined() ? std::optional<Tensor>(bias) : std::nullopt;
  return at::convolution(x, weight, optional_bias, {stride, stride}, {padding, padding}, {1, 1}, transposed,
                         {output_padding_h, output_padding_w}, 1);
}

Tensor aten_backward(const Tensor& y_bar, const Tensor& weight, int64_t stride, int64_t padding, int64_t height,
                     int64_t width) {
  // Only the shape and layout of the input matter; its memory is never touched.
  const Tensor x = at::empty({y_bar.size(0), weight.size(1), height, width}, y_bar.options(), kChannelsLast);
  return std::get<0>(at::convolution_backward(y_bar, x, weight, at::nullopt, {stride, stride}, {padding, padding},
                                              {1, 1}, false, {0, 0}, 1, {true, false, false}));
}

void require_applies(bool holds, ConvMethod method) {
  require(holds,
          "conv: the method '{}' does not apply here. Choose among forward_methods() or input_gradient_methods().",
          name_of(method));
}

}  // namespace

std::string_view name_of(ConvMethod method) {
  switch (method) {
    case ConvMethod::aten:
      return "aten";
    case ConvMethod::transposed:
      return "transposed";
    case ConvMethod::space_to_depth:
      return "space to depth";
    case ConvMethod::matrix_product:
      return "matrix product";
  }
  reject("name_of: {} is not a convolution method. Use one of the enumeration.", static_cast<int>(method));
}

std::vector<ConvMethod> forward_methods(const ConvGeometry& geometry, int64_t height, int64_t width,
                                        at::Device device) {
  std::vector<ConvMethod> methods{ConvMethod::aten};
  if (!device.is_cpu()) return methods;
  if (kernels::has_space_to_depth(geometry, height, width)) methods.push_back(ConvMethod::space_to_depth);
  if (geometry == kPointwise) methods.push_back(ConvMethod::matrix_product);
  return methods;
}

std::vector<ConvMethod> input_gradient_methods(const ConvGeometry& geometry, int64_t height, int64_t width,
                                               at::Device device) {
  std::vector<ConvMethod> methods = forward_methods(geometry, height, width, device);
  if (device.is_cpu()) methods.push_back(ConvMethod::transposed);
  return methods;
}

Tensor conv_forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvGeometry& g,
                    ConvMethod method) {
  require(
      x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1) && weight.size(2) == g.kernel &&
          weight.size(3) == g.kernel,
      "conv_forward: x {} does not fit the weight {} of a {}x{} kernel (x is (B, C, H, W), the weight (K, C, kernel, "
      "kernel)). Correct one of them.",
      to_text(x.sizes()), to_text(weight.sizes()), g.kernel, g.kernel);
  switch (method) {
    case ConvMethod::aten:
      return aten_forward(x, weight, bias, g.stride, g.padding, false);
    case ConvMethod::space_to_depth:
      require_applies(x.is_cpu() && kernels::has_space_to_depth(g, x.size(2), x.size(3)), method);
      return aten_forward(kernels::space_to_depth(x), kernels::fold_weight(weight), bias, 1, 0, false);
    case ConvMethod::matrix_product:
      require_applies(g == kPointwise, method);
      return multiply_pixels(x, weight.flatten(1).t(), bias);
    case ConvMethod::transposed:
      break;
  }
  reject("conv_forward: the method '{}' is for input gradients. Choose among forward_methods().", name_of(method));
}

Tensor conv_input_gradient(const Tensor& y_bar, const Tensor& weight, const ConvGeometry& g, int64_t height,
                           int64_t width, ConvMethod method) {
  require(y_bar.dim() == 4 && weight.dim() == 4 && y_bar.size(1) == weight.size(0) && weight.size(2) == g.kernel &&
              weight.size(3) == g.kernel && y_bar.size(2) == g.output_size(height) &&
              y_bar.size(3) == g.output_size(width),
          "conv_input_gradient: y_bar {} does not fit the weight {} and an input of {} x {} (kernel {}, stride {}, "
          "padding {}). Correct one of them.",
          to_text(y_bar.sizes()), to_text(weight.sizes()), height, width, g.kernel, g.stride, g.padding);
  switch (method) {
    case ConvMethod::aten:
      return aten_backward(y_bar, weight, g.stride, g.padding, height, width);
    case ConvMethod::transposed: {
      const auto excess = [&](int64_t size) {
        return size - ((g.output_size(size) - 1) * g.stride + g.kernel - 2 * g.padding);
      };
      return aten_forward(y_bar, weight, Tensor(), g.stride, g.padding, true, excess(height), excess(width));
    }
    case ConvMethod::space_to_depth:
      require_applies(y_bar.is_cpu() && kernels::has_space_to_depth(g, height, width), method);
      return kernels::depth_to_space(
          aten_backward(y_bar, kernels::fold_weight(weight), 1, 0, height / 2 + 1, width / 2 + 1));
    case ConvMethod::matrix_product:
      require_applies(g == kPointwise, method);
      return multiply_pixels(y_bar, weight.flatten(1), Tensor());
  }
  reject("conv_input_gradient: {} is not a convolution method. Use one of the enumeration.", static_cast<int>(method));
}

}  // namespace mdsm
