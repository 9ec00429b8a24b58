#include "mdsm/train/state.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/run/metadata.h"

namespace mdsm {
namespace {

constexpr const char* kFormat = "mdsm-training-state-1";

std::array<std::pair<const char*, Tensor>, 4> groups(const AdamState& adam) {
  return {{{"weights", adam.weights}, {"average", adam.average}, {"moment1", adam.moment1}, {"moment2", adam.moment2}}};
}

/// Calls action(key, view) for every parameter of every group; the view is a part of the flat storage.
template <class Action> void for_each_tensor(const AdamState& adam, const Parameters& names, Action action) {
  for (const auto& [group, flat] : groups(adam)) {
    int64_t offset = 0;
    for (size_t i = 0; i < names.size(); ++i) {
      action(std::string(group) + "." + names.name(i), flat.narrow(0, offset, names[i].numel()).view(names[i].sizes()));
      offset += names[i].numel();
    }
  }
}

void require_state(const std::map<std::string, std::string>& metadata, const std::filesystem::path& path) {
  const auto format = metadata.find("format");
  require(format != metadata.end() && format->second == kFormat,
          "{}: not a training state (the header's format is '{}'). Pass a run directory that `mdsm train` made.",
          path.string(), format == metadata.end() ? "none" : format->second);
}

}  // namespace

TrainState initial_state(const Energy& energy, const Energy& average) {
  TrainState state;
  state.adam.weights = energy.parameters().pack();
  state.adam.average = average.parameters().pack();
  require(state.adam.weights.sizes() == state.adam.average.sizes(), "initial_state: the two energies differ in size.");
  state.adam.average.copy_(state.adam.weights);
  state.adam.moment1 = at::zeros_like(state.adam.weights);
  state.adam.moment2 = at::zeros_like(state.adam.weights);
  return state;
}

void save_state(const std::filesystem::path& path, const TrainState& state, const Parameters& names,
                const std::string& experiment) {
  SafeTensors file;
  for_each_tensor(state.adam, names,
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
  write_safetensors(path, file);
}

void load_state(const std::filesystem::path& path, TrainState& state, const Parameters& names) {
  const SafeTensors file = read_safetensors(path);
  require_state(file.metadata, path);
  std::map<std::string, Tensor> tensors(file.tensors.begin(), file.tensors.end());
  require(tensors.size() == 4 * names.size(), "{}: {} tensors for a network of {} parameters (another network?).",
          path.string(), tensors.size(), names.size());
  // All is checked before anything is overwritten.
  for_each_tensor(state.adam, names, [&](const std::string& key, const Tensor& view) {
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
  for_each_tensor(state.adam, names, [&](const std::string& key, const Tensor& view) { view.copy_(tensors.at(key)); });
  if (file.metadata.contains("seconds")) counters.seconds = metadata_number<double>(file.metadata, "seconds", path);
  counters.precision = state.precision;
  counters.convolutions = choices_from_json(metadata_text(file.metadata, "convolutions", path), path.string());
  counters.adam = state.adam;
  state = counters;
}

Precision precision_of_state(const std::filesystem::path& path) {
  const auto metadata = read_safetensors_header(path).metadata;
  require_state(metadata, path);
  return precision_from_name(metadata_text(metadata, "precision", path));
}

std::string experiment_of_state(const std::filesystem::path& path) {
  const auto metadata = read_safetensors_header(path).metadata;
  require_state(metadata, path);
  return metadata_text(metadata, "experiment", path);
}

}  // namespace mdsm
