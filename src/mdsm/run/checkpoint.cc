#include "mdsm/run/checkpoint.h"

#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
#include "mdsm/energy/card_energy.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/run/metadata.h"
#include "mdsm/run/run_directory.h"
#include "mdsm/run/shipped_models.h"
#include "mdsm/system/device.h"

namespace mdsm {
namespace {

constexpr const char* kFormat = "mdsm-checkpoint-1";
constexpr const char* kKind = "mdsm-checkpoint";
constexpr const char* kWhat = "a checkpoint of mdsm";
constexpr const char* kOriginKey = "energy";  // there for an energy of somebody's own alone

Shape shape_of(const std::string& json, const std::filesystem::path& path) {
  const auto parsed = parse_json<nlohmann::json>(json);
  const bool is_shape = parsed.is_array() && !parsed.empty() && parsed.size() <= 3 &&
                        std::all_of(parsed.begin(), parsed.end(), [](const auto& part) {
                          return part.is_number_unsigned() && holds_json<int64_t>(part);
                        });
  require(is_shape, "{}: datum_shape is '{}' (expected a list such as [1, 32, 32]).", path.string(), json);
  return parsed.get<Shape>();
}

/// The parameters named in `names`, out of the file's tensors "prefix + name".
Parameters parameters_of(const SafeTensors& file, const Parameters& names, const std::string& prefix,
                         const std::filesystem::path& path) {
  std::map<std::string, Tensor> tensors(file.tensors.begin(), file.tensors.end());
  std::erase_if(tensors, [](const auto& each) { return is_moment_name(each.first); });
  Parameters out;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto found = tensors.find(prefix + names.name(i));
    require(found != tensors.end(), "{}: the tensor '{}' is missing (the header describes another network).",
            path.string(), prefix + names.name(i));
    require(found->second.sizes() == names[i].sizes(), "{}: the tensor '{}' has shape {} (expected {}).", path.string(),
            found->first, to_text(found->second.sizes()), to_text(names[i].sizes()));
    out.add(names.name(i), found->second);
  }
  require(!prefix.empty() || tensors.size() == names.size(), "{}: {} tensors for a network of {}.", path.string(),
          tensors.size(), names.size());
  return out;
}

/// \throws Error (failure) that names the tensor
void require_finite_weights(const Parameters& parameters, const std::filesystem::path& path) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (all_finite(parameters[i])) continue;
    fail(
        "{}: {} of the {} weights '{}' are not finite (the training had diverged when this was written). Take an "
        "earlier checkpoint, or train again with a smaller train.learning_rate.",
        path.string(), at::isfinite(parameters[i]).logical_not().sum().item<int64_t>(), parameters[i].numel(),
        parameters.name(i));
  }
}

std::string shape_json(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

Shape datum_shape_in(const SafeTensors& checkpoint, const std::filesystem::path& path) {
  return shape_of(metadata_text(checkpoint.metadata, "datum_shape", path), path);
}

/// Where the weights of a run lie.
struct WeightFiles {
  std::filesystem::path checkpoint;
  std::filesystem::path weights;  // the checkpoint itself, or the training state
  std::string prefix;             // of their names there
  std::string trouble;            // of a newer checkpoint that is passed over; mostly empty
};

/// What is wrong with a checkpoint, as far as its header and length tell; empty if nothing.
std::string trouble_of(const std::filesystem::path& file) {
  try {
    const auto metadata = read_safetensors_header(file).metadata;
    if (!is_of_newer_format(metadata, kKind)) require_format(metadata, kKind, kWhat, file);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// The newest checkpoint that is whole; the newest of all if none is.
WeightFiles newest_files(const RunDirectory& run) {
  const std::filesystem::path newest = run.newest_checkpoint();
  const std::string trouble = trouble_of(newest);
  if (trouble.empty()) return {newest, newest, "", ""};
  std::vector<std::filesystem::path> all = run.checkpoints();
  for (auto file = all.rbegin() + 1; file != all.rend(); ++file) {
    if (trouble_of(*file).empty()) return {*file, *file, "", trouble};
  }
  return {newest, newest, "", ""};
}

WeightFiles weight_files(const std::filesystem::path& name, Weights weights) {
  const std::filesystem::path run = find_run(name);
  const bool is_directory = std::filesystem::is_directory(run);
  const bool raw = weights == Weights::raw;
  require(!raw || is_directory,
          "{}: a checkpoint holds the moving average only. Pass the run directory for the raw weights.", run.string());
  WeightFiles files = is_directory ? newest_files(RunDirectory(run)) : WeightFiles{run, run, "", ""};
  if (raw) files = {files.checkpoint, RunDirectory(run).state_file(), "weights.", ""};
  return files;
}

SafeTensors read_checkpoint(const std::filesystem::path& path) {
  SafeTensors checkpoint = read_safetensors(path);
  require_format(checkpoint.metadata, kKind, kWhat, path);
  return checkpoint;
}

/// Copies the weights into `parameters`.
/// \return  updates behind them
int64_t assign_weights(const WeightFiles& files, const SafeTensors& checkpoint, const Parameters& parameters) {
  const bool raw = files.weights != files.checkpoint;
  const SafeTensors state = raw ? read_safetensors(files.weights) : SafeTensors{};
  const SafeTensors& source = raw ? state : checkpoint;
  const Parameters read = parameters_of(source, parameters, files.prefix, files.weights);
  require_finite_weights(read, files.weights);
  parameters.assign(read);
  return metadata_number<int64_t>(source.metadata, "step", files.weights);
}

void move_to_card(TrainedEnergy& trained, Precision precision, c10::Device card) {
  const Graph graph = energy_graph(trained.experiment.energy, trained.energy->datum_shape(), trained.sigma0());
  trained.energy = energy_on_card(graph, trained.energy, precision, card);
}

}  // namespace

SampleContext sample_context(const Experiment& experiment, std::shared_ptr<const DataMoments> moments) {
  SampleContext context(experiment.objective.sigma0);
  context.sigma_min = experiment.noise.sigma_min;
  context.sigma_max = experiment.noise.sigma_max;
  context.moments = std::move(moments);
  return context;
}

void write_checkpoint(const std::filesystem::path& path, const Energy& average, const Experiment& experiment,
                      int64_t step, const DataMoments* moments, EnergyOrigin origin) {
  SafeTensors file;
  const Parameters& parameters = average.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) file.tensors.emplace_back(parameters.name(i), parameters[i]);
  if (moments != nullptr) {
    for (auto& each : moment_tensors(*moments)) file.tensors.push_back(std::move(each));
  }
  file.metadata = {{"format", kFormat},
                   {"experiment", to_json(experiment)},
                   {"datum_shape", shape_json(average.datum_shape())},
                   {"data_range", "[0, 1]"},
                   {"sigma0", fmt::format("{}", experiment.objective.sigma0)},
                   {"step", std::to_string(step)},
                   {"weights", experiment.train.ema == 0 ? "raw" : "average"},
                   {"mdsm_version", MDSM_VERSION}};
  if (origin == EnergyOrigin::own) file.metadata[kOriginKey] = "own";
  write_safetensors(path, file);
}

std::shared_ptr<Energy> TrainedEnergy::energy_for(const Shape& datum_shape, const TileOptions& tiles) const {
  if (datum_shape == energy->datum_shape()) return energy;
  require(takes_any_size(), "{}: data of shape {} (this energy takes {} alone).", file.string(), to_text(datum_shape),
          to_text(energy->datum_shape()));
  require(datum_shape.size() == 3 && datum_shape[0] == energy->datum_shape()[0],
          "{}: data of shape {} (this energy takes images of {} channels).", file.string(), to_text(datum_shape),
          energy->datum_shape()[0]);
  require(
      compute_device().is_cpu(),
      "{}: pictures of another size than {} are cut into tiles, which the CPU alone computes so far. Choose it as the "
      "device.",
      file.string(), to_text(energy->datum_shape()));
  return build_energy_of_size(experiment.energy, datum_shape, energy->parameters(),
                              {.sigma0 = sigma0(), .precision = precision, .conv_choice = machine_conv_choice()},
                              tiles);
}

TrainedEnergy load_trained_energy(const std::filesystem::path& run, Weights weights, Precision precision) {
  const WeightFiles files = weight_files(run, weights);
  const SafeTensors checkpoint = read_checkpoint(files.checkpoint);
  const std::string origin = origin_text(checkpoint.metadata, files.checkpoint);
  require(
      !checkpoint.metadata.contains(kOriginKey),
      "{}: weights of an energy of somebody's own (the file does not say how it is computed). Build that energy in a "
      "program and read them with load_weights (docs/how-to/own-energy.md).",
      origin);
  TrainedEnergy trained;
  trained.experiment = experiment_from_json(metadata_text(checkpoint.metadata, "experiment", files.checkpoint), origin);
  const Shape datum_shape = datum_shape_in(checkpoint, files.checkpoint);
  trained.energy =
      build_energy(trained.experiment.energy, datum_shape, static_cast<uint64_t>(trained.experiment.train.seed),
                   {.sigma0 = trained.sigma0(), .precision = precision, .conv_choice = machine_conv_choice()});
  trained.precision = precision;
  trained.moments = moments_of(checkpoint.tensors, datum_shape, origin);
  trained.weights = weights;
  trained.file = files.weights;
  if (!files.trouble.empty())
    trained.notice = fmt::format("{} Using the checkpoint before it ({}).", files.trouble, files.checkpoint.string());
  trained.step = assign_weights(files, checkpoint, trained.energy->parameters());
  if (const c10::Device device = compute_device(); !device.is_cpu()) move_to_card(trained, precision, device);
  return trained;
}

int64_t load_weights(const std::filesystem::path& run, const Energy& energy, Weights weights) {
  const WeightFiles files = weight_files(run, weights);
  require(files.trouble.empty(), "{} The checkpoint before it is whole: pass {}.", files.trouble,
          files.checkpoint.string());
  const SafeTensors checkpoint = read_checkpoint(files.checkpoint);
  const Shape datum_shape = datum_shape_in(checkpoint, files.checkpoint);
  require(datum_shape == energy.datum_shape(), "{}: weights for data of shape {} (the energy takes {}).",
          files.checkpoint.string(), to_text(datum_shape), to_text(energy.datum_shape()));
  return assign_weights(files, checkpoint, energy.parameters());
}

}  // namespace mdsm
