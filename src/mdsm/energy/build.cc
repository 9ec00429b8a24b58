#include "mdsm/energy/build.h"

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/energy/autograd_energy.h"
#include "mdsm/energy/mlp.h"
#include "mdsm/energy/resnet.h"

namespace mdsm {
namespace {

// A shape may come from a file: sizes are checked before anything is computed from them.
constexpr int64_t kMaxDatum = int64_t{1} << 28;
constexpr int64_t kMaxParameters = int64_t{1} << 32;

ResNetSpec resnet_spec(const EnergyOptions& options, const Shape& datum_shape) {
  return {datum_shape, options.width, options.depth, head_from_name(options.head),
          activation_from_name(options.activation)};
}

MlpSpec mlp_spec(const EnergyOptions& options, const Shape& datum_shape) {
  return {datum_shape, options.width, options.depth, head_from_name(options.head),
          activation_from_name(options.activation)};
}

std::shared_ptr<Energy> build_resnet(const EnergyOptions& options, const Shape& datum_shape, uint64_t seed) {
  const ResNetSpec spec = resnet_spec(options, datum_shape);
  const auto function = [spec](const Tensor& x, const Parameters& theta) { return resnet_energy(spec, x, theta); };
  return std::make_shared<AutogradEnergy>(function, resnet_parameters(spec, seed), datum_shape);
}

std::shared_ptr<Energy> build_mlp(const EnergyOptions& options, const Shape& datum_shape, uint64_t seed) {
  const MlpSpec spec = mlp_spec(options, datum_shape);
  const auto function = [spec](const Tensor& x, const Parameters& theta) { return mlp_energy(spec, x, theta); };
  return std::make_shared<AutogradEnergy>(function, mlp_parameters(spec, seed), datum_shape);
}

/// What a kind of network offers. A new kind is one more row.
struct Kind {
  std::string name;
  std::shared_ptr<Energy> (*build)(const EnergyOptions&, const Shape& datum_shape, uint64_t seed);
  std::vector<ParameterShape> (*parameter_shapes)(const EnergyOptions&, const Shape& datum_shape);
  int64_t (*kept_scalars)(const EnergyOptions&, const Shape& datum_shape);
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> rows{
      {"resnet", build_resnet,
       [](const EnergyOptions& o, const Shape& shape) { return resnet_parameter_shapes(resnet_spec(o, shape)); },
       [](const EnergyOptions& o, const Shape& shape) { return resnet_kept_scalars(resnet_spec(o, shape)); }},
      {"mlp", build_mlp,
       [](const EnergyOptions& o, const Shape& shape) { return mlp_parameter_shapes(mlp_spec(o, shape)); },
       [](const EnergyOptions& o, const Shape& shape) { return mlp_kept_scalars(mlp_spec(o, shape)); }},
  };
  return rows;
}

const Kind& kind_of(const EnergyOptions& options) {
  for (const Kind& kind : kinds()) {
    if (kind.name == options.kind) return kind;
  }
  reject("energy kind '{}' is unknown (known: {}).{}", options.kind, fmt::join(energy_kinds(), ", "),
         did_you_mean(options.kind, energy_kinds()));
}

void require_sizes(const EnergyOptions& options, const Shape& datum_shape) {
  require(options.width >= 1 && options.width <= EnergyOptions::kMaxWidth, "energy width is {} (expected 1 to {}).",
          options.width, EnergyOptions::kMaxWidth);
  require(options.depth >= 1 && options.depth <= EnergyOptions::kMaxDepth, "energy depth is {} (expected 1 to {}).",
          options.depth, EnergyOptions::kMaxDepth);
  int64_t scalars = 1;
  for (int64_t size : datum_shape) {
    require(size >= 1 && size <= kMaxDatum / scalars,
            "energy: data of shape {} (expected sizes above 0, at most 2^28 in all).", to_text(datum_shape));
    scalars *= size;
  }
}

}  // namespace

const std::vector<std::string>& energy_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Kind& kind : kinds()) list.push_back(kind.name);
    return list;
  }();
  return names;
}

int64_t energy_parameter_count(const EnergyOptions& options, const Shape& datum_shape) {
  require_sizes(options, datum_shape);
  const int64_t count = scalar_count(kind_of(options).parameter_shapes(options, datum_shape));
  require(count <= kMaxParameters, "energy: {} parameters (at most 2^32). Use a smaller width.", count);
  return count;
}

std::shared_ptr<Energy> build_energy(const EnergyOptions& options, const Shape& datum_shape, uint64_t seed) {
  energy_parameter_count(options, datum_shape);
  return kind_of(options).build(options, datum_shape, seed);
}

int64_t estimate_training_memory(const EnergyOptions& options, const Shape& datum_shape, int64_t batch) {
  require(batch >= 1, "estimate_training_memory: the batch is {} (expected at least 1).", batch);
  // Code and workspaces of the convolution library, touched at the first step.
  constexpr double kFixedBytes = 36 * 1024.0 * 1024.0;
  // Weights, gradient, two moments, moving average; and, within a step, gradients before they are added, weights in the
  // convolution's own layout, a temporary of the update.
  constexpr double kCopiesOfWeights = 8;
  // Temporaries of the passes and holes that the allocator cannot fill, beside what is kept.
  constexpr double kPerKeptScalar = 1.8;
  const auto weights = static_cast<double>(energy_parameter_count(options, datum_shape));
  const auto kept =
      static_cast<double>(kind_of(options).kept_scalars(options, datum_shape)) * static_cast<double>(batch);
  return static_cast<int64_t>(kFixedBytes + sizeof(float) * (kCopiesOfWeights * weights + kPerKeptScalar * kept));
}

}  // namespace mdsm
