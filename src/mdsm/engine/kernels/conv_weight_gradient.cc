#include "mdsm/engine/kernels/conv_weight_gradient.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/engine/kernels/cpu/direct_weight_gradient.h"
#include "mdsm/engine/kernels/cpu/space_to_depth.h"

namespace mdsm {
namespace {

using Method = WeightGradientMethod;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;
constexpr int64_t kMostPatchChannels = 3;

void require_pairs(std::span<const ConvPair> pairs, const ConvGeometry& g) {
  require(!pairs.empty(), "conv_weight_gradient: there are no pairs (nothing says what shape they have). Pass one.");
  require(g.kernel >= 1 && g.stride >= 1 && g.padding >= 0,
          "conv_weight_gradient: kernel {}, stride {}, padding {} (kernel and stride must be positive). Correct them.",
          g.kernel, g.stride, g.padding);
  const Tensor& x = pairs[0].x;
  const Tensor& y_bar = pairs[0].y_bar;
  for (const ConvPair& pair : pairs) {
    require(pair.x.sizes() == x.sizes() && pair.y_bar.sizes() == y_bar.sizes() &&
                pair.x.scalar_type() == x.scalar_type() && pair.y_bar.scalar_type() == x.scalar_type(),
            "conv_weight_gradient: pairs of different shape or type: x {} {}, y_bar {} {} (the first has x {} {}, "
            "y_bar {}). Pass pairs of one shape and type.",
            to_text(pair.x.sizes()), toString(pair.x.scalar_type()), to_text(pair.y_bar.sizes()),
            toString(pair.y_bar.scalar_type()), to_text(x.sizes()), toString(x.scalar_type()), to_text(y_bar.sizes()));
  }
  require(
      x.dim() == 4 && y_bar.dim() == 4 && x.size(0) >= 1 && x.size(0) == y_bar.size(0) && y_bar.size(2) >= 1 &&
          y_bar.size(3) >= 1 && y_bar.size(2) == g.output_size(x.size(2)) && y_bar.size(3) == g.output_size(x.size(3)),
      "conv_weight_gradient: x {} and y_bar {} do not fit kernel {}, stride {}, padding {} (y_bar is shaped like the "
      "convolution's output). Correct one of them.",
      to_text(x.sizes()), to_text(y_bar.sizes()), g.kernel, g.stride, g.padding);
  require(
      x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16 || x.scalar_type() == at::kDouble,
      "conv_weight_gradient: the type {} is not supported (bfloat16, float32 and float64 are). Convert the tensors.",
      toString(x.scalar_type()));
}

void require_out(const ConvPair& pair, const ConvGeometry& g, const Tensor& out) {
  const Shape shape{pair.y_bar.size(1), pair.x.size(1), g.kernel, g.kernel};
  const at::ScalarType type = pair.x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  require(out.sizes() == at::IntArrayRef(shape) && out.scalar_type() == type,
          "conv_weight_gradient: the output has shape {} and type {} (sums are kept at full precision). Pass shape {} "
          "of type {}.",
          to_text(out.sizes()), toString(out.scalar_type()), to_text(shape), toString(type));
}

/// The batches as one of twice (...) the length if they lie end to end in memory, else an undefined tensor.
Tensor joined(const Tensors& parts) {
  const Tensor& first = parts[0];
  const auto bytes = static_cast<ptrdiff_t>(first.nbytes());
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto* begin = static_cast<const std::byte*>(first.const_data_ptr());
    const bool adjacent =
        parts[i].is_alias_of(first) && parts[i].strides() == first.strides() &&
        static_cast<const std::byte*>(parts[i].const_data_ptr()) == begin + static_cast<ptrdiff_t>(i) * bytes;
    if (!adjacent || !parts[i].is_contiguous(kChannelsLast)) return {};
  }
  Shape shape = first.sizes().vec();
  shape[0] *= static_cast<int64_t>(parts.size());
  Shape strides = first.strides().vec();
  strides[0] = first.numel() / first.size(0);  // batches of one image may have any stride
  return first.as_strided(shape, strides);
}

/// Fewest pairs: one if they lie end to end.
std::vector<ConvPair> joined_pairs(const std::vector<ConvPair>& pairs) {
  if (pairs.size() == 1) return pairs;
  Tensors x, y_bar;
  for (const ConvPair& pair : pairs) {
    x.push_back(pair.x);
    y_bar.push_back(pair.y_bar);
  }
  const ConvPair whole{joined(x), joined(y_bar)};
  return whole.x.defined() && whole.y_bar.defined() ? std::vector<ConvPair>{whole} : pairs;
}

Tensor aten_gradient(const ConvPair& pair, int64_t kernel, int64_t stride, int64_t padding) {
  // Only the shape and layout of the weight matter.
  const Tensor weight =
      at::empty({pair.y_bar.size(1), pair.x.size(1), kernel, kernel}, pair.x.options(), kChannelsLast);
  return std::get<1>(at::convolution_backward(pair.y_bar, pair.x, weight, at::nullopt, {stride, stride},
                                              {padding, padding}, {1, 1}, false, {0, 0}, 1, {false, true, false}));
}

Tensor product_gradient(const ConvPair& pair) {
  const int64_t channels = pair.x.size(1), outputs = pair.y_bar.size(1);
  const Tensor x = pair.x.permute({0, 2, 3, 1}).reshape({-1, channels});
  const Tensor y_bar = pair.y_bar.permute({0, 2, 3, 1}).reshape({-1, outputs});
  return y_bar.t().mm(x).view({outputs, channels, 1, 1});
}

Tensor folded_gradient(const ConvPair& pair) {
  return kernels::unfold_weight(aten_gradient({kernels::space_to_depth(pair.x), pair.y_bar}, 2, 1, 0));
}

void add_patches(const std::vector<ConvPair>& pairs, kernels::Packing packing, const Tensor& out) {
  if (out.size(1) <= kMostPatchChannels) return kernels::patch_weight_gradient(pairs, packing, out);
  // Few outputs: input and adjoint change places, which transposes the gradient and turns its taps round.
  std::vector<ConvPair> swapped;
  for (const ConvPair& pair : pairs) swapped.push_back({pair.y_bar, pair.x});
  const Tensor turned = at::zeros({out.size(1), out.size(0), out.size(2), out.size(3)}, out.options());
  kernels::patch_weight_gradient(swapped, packing, turned);
  out.add_(turned.transpose(0, 1).flip({2, 3}));
}

}  // namespace

std::string_view name_of(WeightGradientMethod method) {
  switch (method) {
    case Method::aten:
      return "aten";
    case Method::matrix_product:
      return "matrix product";
    case Method::space_to_depth:
      return "space to depth";
    case Method::direct:
      return "direct";
    case Method::patches:
      return "patches";
  }
  reject("name_of: {} is not a weight gradient method. Use one of the enumeration.", static_cast<int>(method));
}

std::vector<Method> weight_gradient_methods(std::span<const ConvPair> pairs, const ConvGeometry& g) {
  require_pairs(pairs, g);
  const Tensor& x = pairs[0].x;
  std::vector<Method> methods{Method::aten};
  if (!x.is_cpu() || x.scalar_type() == at::kDouble) return methods;
  if (g == ConvGeometry{.kernel = 1, .stride = 1, .padding = 0}) methods.push_back(Method::matrix_product);
  if (kernels::has_space_to_depth(g, x.size(2), x.size(3))) methods.push_back(Method::space_to_depth);
  methods.push_back(Method::direct);
  const int64_t fewest = std::min(x.size(1), pairs[0].y_bar.size(1));
  if (g == ConvGeometry{} && fewest <= kMostPatchChannels) methods.push_back(Method::patches);
  return methods;
}

void add_conv_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& g, Method method,
                              const Tensor& out) {
  const std::vector<Method> methods = weight_gradient_methods(pairs, g);
  require_out(pairs[0], g, out);
  require(std::find(methods.begin(), methods.end(), method) != methods.end(),
          "conv_weight_gradient: the method '{}' does not apply to x {} with kernel {}, stride {}, padding {}. "
          "Choose among weight_gradient_methods().",
          name_of(method), to_text(pairs[0].x.sizes()), g.kernel, g.stride, g.padding);
  std::vector<ConvPair> packed;
  for (const ConvPair& pair : pairs)
    packed.push_back({pair.x.contiguous(kChannelsLast), pair.y_bar.contiguous(kChannelsLast)});
  const kernels::Packing packing = kernels::packing_for(packed[0].x.scalar_type());
  if (method == Method::direct) return kernels::direct_weight_gradient(packed, g, packing, out);
  if (method == Method::patches) return add_patches(packed, packing, out);
  for (const ConvPair& pair : joined_pairs(packed)) {
    if (method == Method::matrix_product) out.add_(product_gradient(pair));
    else if (method == Method::space_to_depth) out.add_(folded_gradient(pair));
    else out.add_(aten_gradient(pair, g.kernel, g.stride, g.padding));
  }
}

}  // namespace mdsm
