#include "mdsm/energy/networks/resnet.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// Plain blocks that follow each down block.
std::vector<int64_t> plain_blocks(int64_t depth) {
  switch (depth) {
    case 6:
      return {0, 0, 0};
    case 12:
      return {1, 1, 1};
    case 18:
      return {2, 2, 2};
    case 34:
      return {2, 3, 5, 2};
    default:
      reject("resnet: depth {} is unknown (known: 6, 12, 18, 34).", depth);
  }
}

void require_divisible(const Shape& image, int64_t factor) {
  const int64_t height = image[1];
  const int64_t width = image[2];
  const auto padded = [factor](int64_t side) { return (side + factor - 1) / factor * factor; };
  require(height % factor == 0 && width % factor == 0,
          "resnet: images of {}x{} do not divide by {} (each down block halves them). Pad them to {}x{}.", height,
          width, factor, padded(height), padded(width));
}

std::string block_name(size_t index) { return fmt::format("blocks.{}", index); }

/// Channels-last makes the convolutions of value and gradient 15 to 25 % faster than (B, C, H, W), one thread, AVX-512
/// (Res12: width 64, batch 32 and width 16, batch 128). A copy even where C = 1 lets the strides pass for either order,
/// so that the result does not depend on which of them the caller's tensor had.
Tensor channels_last(const Tensor& x) { return x.clone(at::MemoryFormat::ChannelsLast); }

/// Convolution of stride 1 that keeps the size; with a bias where theta has one.
Tensor convolve(const Tensor& x, const Parameters& theta, const std::string& name) {
  const Tensor weight = channels_last(theta.at(name + ".weight"));
  const std::string bias = name + ".bias";
  const int64_t padding = weight.size(2) / 2;
  return at::conv2d(x, weight, theta.contains(bias) ? theta.at(bias) : Tensor(), 1, padding);
}

Tensor mean_pool(const Tensor& x) { return at::avg_pool2d(x, 2); }

Tensor run_block(const ResNetBlock& block, Activation phi, const Tensor& x, const Parameters& theta,
                 const std::string& name) {
  const bool down = block.kind == ResNetBlockKind::down;
  Tensor branch = convolve(activate(phi, x), theta, name + ".conv_a");
  branch = convolve(activate(phi, branch), theta, name + ".conv_b");
  if (down) branch = mean_pool(branch);
  return convolve(down ? mean_pool(x) : x, theta, name + ".skip") + branch;
}

}  // namespace

std::vector<ResNetBlock> resnet_blocks(const ResNetSpec& spec) {
  require(spec.image.size() == 3 && element_count(spec.image) >= 1,
          "resnet: data of shape {} (expected images (C, H, W)). Use kind 'mlp' for vectors.", to_text(spec.image));
  require(spec.width >= 1, "resnet: width is {} (the stem needs at least one filter).", spec.width);
  std::vector<ResNetBlock> blocks;
  int64_t filters = spec.width;
  int64_t factor = 1;
  for (int64_t plain : plain_blocks(spec.depth)) {
    blocks.push_back({filters, 2 * filters, ResNetBlockKind::down});
    filters *= 2;
    factor *= 2;
    for (int64_t i = 0; i < plain; ++i) blocks.push_back({filters, filters, ResNetBlockKind::plain});
  }
  require_divisible(spec.image, factor);
  return blocks;
}

std::vector<ParameterShape> resnet_parameter_shapes(const ResNetSpec& spec) {
  const std::vector<ResNetBlock> blocks = resnet_blocks(spec);
  std::vector<ParameterShape> shapes;
  append_conv(shapes, "stem", spec.image[0], spec.width, 3, Bias::learned);
  int64_t pixels = spec.image[1] * spec.image[2];
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto& [in, out, kind] = blocks[i];
    append_conv(shapes, block_name(i) + ".conv_a", in, in, 3, Bias::none);
    append_conv(shapes, block_name(i) + ".conv_b", in, out, 3, Bias::learned);
    append_conv(shapes, block_name(i) + ".skip", in, out, 1, Bias::learned);
    if (kind == ResNetBlockKind::down) pixels /= 4;
  }
  append_head(shapes, spec.head, blocks.back().out * pixels);
  return shapes;
}

Parameters resnet_parameters(const ResNetSpec& spec, uint64_t seed) {
  return draw_parameters(resnet_parameter_shapes(spec), seed);
}

Tensor resnet_energy(const ResNetSpec& spec, const Tensor& x, const Parameters& theta) {
  const std::vector<ResNetBlock> blocks = resnet_blocks(spec);
  require_batch(x, spec.image, "resnet");
  Tensor h = convolve(channels_last(x), theta, "stem");
  for (size_t i = 0; i < blocks.size(); ++i) h = run_block(blocks[i], spec.activation, h, theta, block_name(i));
  return head_energy(spec.head, spec.activation, h.flatten(1), theta);
}

}  // namespace mdsm
