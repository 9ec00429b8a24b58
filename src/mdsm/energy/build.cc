#include "mdsm/energy/build.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/composed/tiled.h"
#include "mdsm/energy/graph_energy.h"
#include "mdsm/energy/networks/mlp.h"
#include "mdsm/energy/networks/resnet.h"
#include "mdsm/energy/networks/unet.h"

namespace mdsm {
namespace {

// A shape may come from a file: sizes are checked before anything is computed from them.
constexpr int64_t kMaxDatum = int64_t{1} << 28;
constexpr int64_t kMaxParameters = int64_t{1} << 32;

std::string or_else(const std::string& name, const char* automatic) { return name == "auto" ? automatic : name; }

Head head_of(const EnergyOptions& options, const char* automatic) {
  return head_from_name(or_else(options.head, automatic), "energy.head");
}

std::string activation_of(const EnergyOptions& options, const char* automatic) {
  return pointwise_function(or_else(options.activation, automatic), "energy.activation").name;
}

void require_scale_of_contents(const EnergyOptions& options) {
  require(options.scale == scale_names()[0] && options.output == output_names()[0],
          "energy.scale '{}' and energy.output '{}': a {} has neither (a unet has). Leave them out.", options.scale,
          options.output, options.kind);
}

ResNetSpec resnet_spec(const EnergyOptions& options, const Shape& datum_shape) {
  require_scale_of_contents(options);
  const Head head = head_of(options, "quadratic");
  require(head != Head::denoising,
          "energy head 'denoising' needs an output shaped like the input (a residual network ends in features). Use "
          "kind 'unet' or 'mlp'.");
  return {datum_shape, options.width, options.depth, head, activation_of(options, "elu")};
}

MlpSpec mlp_spec(const EnergyOptions& options, const Shape& datum_shape, double sigma0) {
  require_scale_of_contents(options);
  return {datum_shape,   options.width, options.depth, head_of(options, "denoising"), activation_of(options, "silu"),
          options.floor, sigma0};
}

UNetSpec unet_spec(const EnergyOptions& options, const Shape& datum_shape, double sigma0) {
  require(head_of(options, "denoising") == Head::denoising,
          "energy head '{}' takes features (a unet gives an image). Leave energy.head at 'auto'.", options.head);
  require(activation_of(options, "silu") == "silu",
          "energy activation '{}': a unet is built with silu. Leave energy.activation at 'auto'.", options.activation);
  return {.image = datum_shape,
          .width = options.width,
          .multipliers = options.multipliers,
          .blocks = options.blocks,
          .scale = {static_cast<ScaleOf>(index_of_name(options.scale, scale_names(), "energy.scale")), options.floor},
          .output = static_cast<UNetOutput>(index_of_name(options.output, output_names(), "energy.output")),
          .sigma0 = sigma0};
}

/// What a kind of network offers. A new kind is one more row.
struct Kind {
  std::string name;
  bool convolves;  ///< whether its time goes into convolutions: then bfloat16 pays
  Graph (*graph)(const EnergyOptions&, const Shape& datum_shape, double sigma0);
  Parameters (*parameters)(const EnergyOptions&, const Shape& datum_shape, uint64_t seed);
  /// Its network for images of any size; null: there is none.
  TileNetwork (*tiles)(const EnergyOptions&, const Shape& image, double sigma0) = nullptr;
};

UNetSpec with_image(UNetSpec spec, const Shape& image) {
  spec.image = image;
  return spec;
}

TileNetwork unet_tiles(const EnergyOptions& options, const Shape& image, double sigma0) {
  const UNetSpec spec = unet_spec(options, image, sigma0);
  return {
      .rule = {.reach = unet_reach(spec), .stride = unet_stride(spec)},
      .scale = [spec](const Shape& other) { return unet_scale_graph(with_image(spec, other)); },
      .whole = [spec](const Shape& other) { return unet_graph(with_image(spec, other)); },
      .part = [spec](const Shape& seen, const Window& own) { return unet_window_graph(with_image(spec, seen), own); }};
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> rows{
      {"resnet", true,
       [](const EnergyOptions& o, const Shape& shape, double) { return resnet_graph(resnet_spec(o, shape)); },
       [](const EnergyOptions& o, const Shape& shape, uint64_t seed) {
         return resnet_parameters(resnet_spec(o, shape), seed);
       }},
      {"unet", true,
       [](const EnergyOptions& o, const Shape& shape, double sigma0) {
         return unet_graph(unet_spec(o, shape, sigma0));
       },
       [](const EnergyOptions& o, const Shape& shape, uint64_t seed) {
         return unet_parameters(unet_spec(o, shape, 1), seed);
       },
       unet_tiles},
      {"mlp", false,
       [](const EnergyOptions& o, const Shape& shape, double sigma0) { return mlp_graph(mlp_spec(o, shape, sigma0)); },
       [](const EnergyOptions& o, const Shape& shape, uint64_t seed) {
         return mlp_parameters(mlp_spec(o, shape, 1), seed);
       }},
  };
  return rows;
}

const Kind& kind_of(const EnergyOptions& options) { return find_named(kinds(), options.kind, "energy.kind"); }

void require_sizes(const EnergyOptions& options, const Shape& datum_shape) {
  require(options.width >= 1 && options.width <= EnergyOptions::kMaxWidth, "energy width is {} (expected 1 to {}).",
          options.width, EnergyOptions::kMaxWidth);
  require(options.depth >= 1 && options.depth <= EnergyOptions::kMaxDepth, "energy depth is {} (expected 1 to {}).",
          options.depth, EnergyOptions::kMaxDepth);
  require(!datum_shape.empty(), "energy: data of shape () (nothing to look at).");
  int64_t scalars = 1;
  for (int64_t size : datum_shape) {
    require(size >= 1 && size <= kMaxDatum / scalars,
            "energy: data of shape {} (expected sizes above 0, at most 2^28 in all).", to_text(datum_shape));
    scalars *= size;
  }
}

GraphOptions how_to_compute(const EnergyOptions& options, const BuildOptions& build) {
  return {.arithmetic = arithmetic_type(resolved_precision(build.precision, options)),
          .conv_choice = build.conv_choice};
}

int64_t parameter_count(const Graph& graph) {
  int64_t count = 0;
  for (const auto& [name, shape] : graph.parameters()) count += element_count(shape);
  return count;
}

}  // namespace

const std::vector<std::string>& scale_names() {
  static const std::vector<std::string> names{"contents", "detail"};
  return names;
}

const std::vector<std::string>& output_names() {
  static const std::vector<std::string> names{"image", "noise"};
  return names;
}

const std::vector<std::string>& energy_kinds() {
  static const std::vector<std::string> names = names_of(kinds());
  return names;
}

Graph energy_graph(const EnergyOptions& options, const Shape& datum_shape, double sigma0) {
  require_sizes(options, datum_shape);
  Graph graph = kind_of(options).graph(options, datum_shape, sigma0);
  const int64_t count = parameter_count(graph);
  require(count <= kMaxParameters, "energy: {} parameters (at most 2^32). Use a smaller width.", count);
  return graph;
}

Precision resolved_precision(Precision wanted, const EnergyOptions& options) {
  if (wanted != Precision::automatic) return wanted;
  return kind_of(options).convolves && has_fast_bfloat16() ? Precision::bf16 : Precision::fp32;
}

int64_t energy_parameter_count(const EnergyOptions& options, const Shape& datum_shape) {
  return parameter_count(energy_graph(options, datum_shape));
}

std::shared_ptr<Energy> build_energy(const EnergyOptions& options, const Shape& datum_shape, uint64_t seed,
                                     const BuildOptions& build) {
  const Graph graph = energy_graph(options, datum_shape, build.sigma0);
  return std::make_shared<GraphEnergy>(graph, kind_of(options).parameters(options, datum_shape, seed),
                                       how_to_compute(options, build));
}

bool takes_any_size(const EnergyOptions& options) { return kind_of(options).tiles != nullptr; }

std::shared_ptr<Energy> build_energy_of_size(const EnergyOptions& options, const Shape& image, const Parameters& theta,
                                             const BuildOptions& build, const TileOptions& tiles) {
  require(takes_any_size(options), "an energy of kind '{}' takes images of one size alone (a unet takes any).",
          options.kind);
  require_sizes(options, image);
  TileNetwork network = kind_of(options).tiles(options, image, build.sigma0);
  network.rule.most_pixels = tiles.most_pixels;
  return std::make_shared<TiledEnergy>(std::move(network), image, theta, how_to_compute(options, build), tiles.watch);
}

}  // namespace mdsm
