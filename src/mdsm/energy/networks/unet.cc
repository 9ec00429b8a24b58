#include "mdsm/energy/networks/unet.h"

#include "mdsm/base/error.h"
#include "mdsm/engine/initial_weights.h"

namespace mdsm {
namespace {

Slot add_block(Graph& graph, Slot x, int64_t out, const std::string& name) {
  const int64_t in = graph.datum_shape(x)[0];
  const Slot a = add_conv(graph, add_pointwise(graph, x, "silu"), conv3x3(in, out), Bias::learned, name + ".conv_a");
  const Slot b = add_conv(graph, add_pointwise(graph, a, "silu"), conv3x3(out, out), Bias::learned, name + ".conv_b");
  const Slot skip = in == out ? x : add_conv(graph, x, conv1x1(in, out), Bias::learned, name + ".skip");
  return add_sum(graph, skip, b);
}

/// The blocks of one level: the first may change the width. `count` numbers the blocks of the way down or up.
Slot add_level(Graph& graph, Slot h, const UNetSpec& spec, int64_t out, const char* way, int64_t& count) {
  for (int64_t i = 0; i < spec.blocks; ++i) h = add_block(graph, h, out, fmt::format("{}.{}", way, count++));
  return h;
}

/// f(z)
Slot add_unet(Graph& graph, Slot z, const UNetSpec& spec) {
  const auto filters = [&](size_t level) { return spec.width * spec.multipliers[level]; };
  const size_t levels = spec.multipliers.size();
  Slot h = add_conv(graph, z, conv3x3(spec.image[0], spec.width), Bias::learned, "stem");
  std::vector<Slot> across;
  int64_t down = 0;
  for (size_t level = 0; level < levels; ++level) {
    h = add_level(graph, h, spec, filters(level), "down", down);
    across.push_back(h);
    if (level + 1 < levels) h = add_mean_pool(graph, h);
  }
  h = add_block(graph, h, filters(levels - 1), "middle");
  int64_t up = 0;
  for (size_t level = levels; level-- > 0;) {
    h = add_level(graph, add_concat(graph, h, across[level]), spec, level > 0 ? filters(level - 1) : spec.width, "up",
                  up);
    if (level > 0) h = add_upsample(graph, h);
  }
  return add_conv(graph, h, conv3x3(spec.width, spec.image[0]), Bias::learned, "out");
}

int64_t multiple_of(int64_t factor, int64_t side) { return (side + factor - 1) / factor * factor; }

/// f(z) of an image of any size.
Slot add_unet_of_any_size(Graph& graph, Slot z, const UNetSpec& spec) {
  const auto output = [&](Slot out) { return spec.output == UNetOutput::noise ? add_sum(graph, z, out) : out; };
  const Shape image = graph.datum_shape(z);
  const int64_t height = multiple_of(unet_stride(spec), image[1]);
  const int64_t width = multiple_of(unet_stride(spec), image[2]);
  if (height == image[1] && width == image[2]) return output(add_unet(graph, z, spec));
  const Slot f = add_unet(graph, graph.add(std::make_shared<ReflectTo>(image, height, width), {z}), spec);
  return output(graph.add(std::make_shared<CutOut>(graph.datum_shape(f), Window{0, 0, image[1], image[2]}), {f}));
}

void require_spec(const UNetSpec& spec) {
  constexpr size_t kMaxLevels = 16;
  constexpr int64_t kMaxMultiplier = 64;
  require(spec.image.size() == 3 && element_count(spec.image) >= 1,
          "unet: data of shape {} (expected images (C, H, W)). Use kind 'mlp' for vectors.", to_text(spec.image));
  require(spec.width >= 1, "unet: width is {} (at least 1).", spec.width);
  require(spec.blocks >= 1, "unet: {} blocks a level (at least 1).", spec.blocks);
  require(!spec.multipliers.empty() && spec.multipliers.size() <= kMaxLevels,
          "unet: {} multipliers (1 to {}, one a level).", spec.multipliers.size(), kMaxLevels);
  for (int64_t multiplier : spec.multipliers) {
    require(multiplier >= 1 && multiplier <= kMaxMultiplier, "unet: a multiplier is {} (1 to {}).", multiplier,
            kMaxMultiplier);
  }
}

}  // namespace

Graph unet_graph(const UNetSpec& spec) {
  require_spec(spec);
  Graph graph({spec.image});
  add_denoising_energy(graph, graph.input(0), spec.scale, spec.sigma0,
                       [&](Graph& part, Slot z) { return add_unet_of_any_size(part, z, spec); });
  return graph;
}

Graph unet_scale_graph(const UNetSpec& spec) {
  Graph graph({spec.image});
  add_denoising_scale(graph, graph.input(0), spec.scale);
  return graph;
}

Graph unet_window_graph(const UNetSpec& spec, const Window& window) {
  require_spec(spec);
  Graph graph({spec.image, {}});
  const Slot f = add_unet_of_any_size(graph, graph.input(0), spec);
  const auto inside = [&](Slot x) { return graph.add(std::make_shared<CutOut>(spec.image, window), {x}); };
  add_denoising_head(graph, inside(graph.input(0)), inside(f), graph.input(1), spec.sigma0);
  return graph;
}

int64_t unet_stride(const UNetSpec& spec) { return int64_t{1} << (spec.multipliers.size() - 1); }

// Going back from a pixel of f: a 3x3 convolution where a step is `stride` pixels reaches one step further, an up-sampling to
// the end of the block of its pixel. There are 4 such convolutions a block of a level, 2 in the middle, and 2 at the ends.
int64_t unet_reach(const UNetSpec& spec) {
  int64_t reach = 2 + 2 * unet_stride(spec) + unet_stride(spec) - 1;
  for (size_t level = 0; level < spec.multipliers.size(); ++level) reach += 4 * spec.blocks * (int64_t{1} << level);
  return reach;
}

Parameters unet_parameters(const UNetSpec& spec, uint64_t seed) {
  Parameters parameters = draw_parameters(parameter_shapes_of(unet_graph(spec)), seed);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters.name(i).ends_with("conv_b.weight")) parameters[i].zero_();
  }
  return parameters;
}

}  // namespace mdsm
