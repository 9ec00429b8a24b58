#include "mdsm/train/state.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/run/metadata.h"

namespace mdsm {
namespace {

constexpr const char* kFormat = "mdsm-training-state-1";
constexpr const char* kKind = "mdsm-training-state";
constexpr const char* kOriginKey = "energy";  // there for an energy of somebody's own alone

NamedTensors groups(const TrainState& state) {
  NamedTensors all{{"weights", state.theta.weights}, {"average", state.theta.average}};
  all.insert(all.end(), state.moments.begin(), state.moments.end());
  return all;
}

/// Calls action(key, view) for every parameter of every group; the view is a part of the flat storage.
template <class Action> void for_each_tensor(const TrainState& state, const Parameters& names, Action action) {
  for (const auto& [group, flat] : groups(state)) {
    int64_t offset = 0;
    for (size_t i = 0; i < names.size(); ++i) {
      action(group + "." + names.name(i), flat.narrow(0, offset, names[i].numel()).view(names[i].sizes()));
      offset += names[i].numel();
    }
  }
}

/// Of a file that is a training state.
std::map<std::string, std::string> metadata_of_state(const std::filesystem::path& path) {
  auto metadata = read_safetensors_header(path).metadata;
  require_format(metadata, kKind, "a training state", path);
  return metadata;
}

EnergyOrigin origin_in(const std::map<std::string, std::string>& metadata) {
  return metadata.contains(kOriginKey) ? EnergyOrigin::own : EnergyOrigin::experiment;
}

}  // namespace

TrainState initial_state(const Energy& energy, const Optimizer& optimizer) {
  require(!energy.parameters().empty(), "training: the energy has no parameters (nothing to train).");
  TrainState state;
  state.theta.weights = energy.parameters().pack();
  require(state.theta.weights.scalar_type() == at::kFloat && state.theta.weights.device().is_cpu(),
          "training: the parameters are {} on {} (expected Float on cpu). Convert them with Parameters::clone.",
          toString(state.theta.weights.scalar_type()), state.theta.weights.device().str());
  state.theta.average = state.theta.weights.clone();
  state.moments = optimizer.state();
  return state;
}

TrainState copy_of(const TrainState& state) {
  TrainState copy = state;
  copy.theta = {state.theta.weights.clone(), state.theta.average.clone()};
  for (auto& [name, tensor] : copy.moments) tensor = tensor.clone();
  return copy;
}

void copy_state(const TrainState& from, TrainState& to) {
  const NamedTensors sources = groups(from);
  const NamedTensors targets = groups(to);
  require(sources.size() == targets.size(), "copy_state: {} groups of tensors for {}.", sources.size(), targets.size());
  for (size_t i = 0; i < sources.size(); ++i) targets[i].second.copy_(sources[i].second);
  TrainState copied = from;
  copied.theta = to.theta;
  copied.moments = to.moments;
  to = std::move(copied);
}

void save_state(const std::filesystem::path& path, const TrainState& state, const Parameters& names,
                const std::string& experiment) {
  SafeTensors file;
  for_each_tensor(state, names,
                  [&](const std::string& key, const Tensor& view) { file.tensors.emplace_back(key, view); });
  file.metadata = {{"format", kFormat},
                   {"experiment", experiment},
                   {"step", std::to_string(state.step)},
                   {"rollbacks", std::to_string(state.rollbacks)},
                   {"precision", precision_name(state.precision)},
                   {"convolutions", to_json(state.convolutions)},
                   {"usual_log_loss", fmt::format("{}", state.norm.log_loss)},
                   {"usual_log_norm", fmt::format("{}", state.norm.log_norm)},
                   {"usual_count", std::to_string(state.norm.count)}};
  // Only where it decides something: states of equal runs are equal bytes.
  if (state.seconds > 0) file.metadata["seconds"] = fmt::format("{}", state.seconds);
  if (state.origin == EnergyOrigin::own) file.metadata[kOriginKey] = "own";
  write_safetensors(path, file);
}

void load_state(const std::filesystem::path& path, TrainState& state, const Parameters& names) {
  const SafeTensors file = read_safetensors(path);
  require_format(file.metadata, kKind, "a training state", path);
  std::map<std::string, Tensor> tensors(file.tensors.begin(), file.tensors.end());
  require(tensors.size() == groups(state).size() * names.size(),
          "{}: {} tensors for a network of {} parameters (another network?).", path.string(), tensors.size(),
          names.size());
  // All is checked before anything is overwritten.
  for_each_tensor(state, names, [&](const std::string& key, const Tensor& view) {
    const auto found = tensors.find(key);
    require(
        found != tensors.end() && found->second.sizes() == view.sizes() && found->second.scalar_type() == at::kFloat,
        "{}: tensor '{}' is missing or has another shape (another network?).", path.string(), key);
  });
  TrainState counters;
  counters.step = metadata_number<int64_t>(file.metadata, "step", path);
  counters.rollbacks = metadata_number<int64_t>(file.metadata, "rollbacks", path);
  counters.norm = {metadata_number<double>(file.metadata, "usual_log_loss", path),
                   metadata_number<double>(file.metadata, "usual_log_norm", path),
                   metadata_number<int64_t>(file.metadata, "usual_count", path)};
  for_each_tensor(state, names, [&](const std::string& key, const Tensor& view) { view.copy_(tensors.at(key)); });
  if (file.metadata.contains("seconds")) counters.seconds = metadata_number<double>(file.metadata, "seconds", path);
  counters.precision = precision_from_name(metadata_text(file.metadata, "precision", path));
  counters.convolutions = choices_from_json(metadata_text(file.metadata, "convolutions", path), path.string());
  counters.origin = origin_in(file.metadata);
  counters.theta = state.theta;
  counters.moments = state.moments;
  state = std::move(counters);
}

bool is_state_of_newer_format(const std::filesystem::path& path) {
  return is_of_newer_format(read_safetensors_header(path).metadata, kKind);
}

int64_t step_of_state(const std::filesystem::path& path) {
  const auto metadata = metadata_of_state(path);
  return metadata_number<int64_t>(metadata, "step", path);
}

Precision precision_of_state(const std::filesystem::path& path) {
  const auto metadata = metadata_of_state(path);
  return precision_from_name(metadata_text(metadata, "precision", path));
}

EnergyOrigin origin_of_state(const std::filesystem::path& path) {
  const auto metadata = metadata_of_state(path);
  return origin_in(metadata);
}

std::string experiment_of_state(const std::filesystem::path& path) {
  const auto metadata = metadata_of_state(path);
  return metadata_text(metadata, "experiment", path);
}

}  // namespace mdsm
