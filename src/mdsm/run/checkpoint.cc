#include "mdsm/run/checkpoint.h"

#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/run/metadata.h"
#include "mdsm/run/run_directory.h"
#include "mdsm/run/shipped_models.h"

namespace mdsm {
namespace {

constexpr const char* kFormat = "mdsm-checkpoint-1";

Shape shape_of(const std::string& json, const std::filesystem::path& path) {
  const auto parsed = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  const bool is_shape =
      parsed.is_array() && !parsed.empty() && parsed.size() <= 3 &&
      std::all_of(parsed.begin(), parsed.end(), [](const auto& part) { return part.is_number_unsigned(); });
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

std::string shape_json(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

}  // namespace

SampleContext sample_context(const Experiment& experiment, std::shared_ptr<const DataMoments> moments) {
  SampleContext context(experiment.objective.sigma0);
  context.sigma_min = experiment.noise.sigma_min;
  context.sigma_max = experiment.noise.sigma_max;
  context.moments = std::move(moments);
  return context;
}

void write_checkpoint(const std::filesystem::path& path, const Energy& average, const Experiment& experiment,
                      int64_t step, const DataMoments* moments) {
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
  write_safetensors(path, file);
}

TrainedEnergy load_trained_energy(const std::filesystem::path& name, Weights weights, Precision precision) {
  const std::filesystem::path run = find_run(name);
  const bool is_directory = std::filesystem::is_directory(run);
  const bool raw = weights == Weights::raw;
  require(!raw || is_directory,
          "{}: a checkpoint holds the moving average only. Pass the run directory for the raw weights.", run.string());
  TrainedEnergy trained;
  const std::filesystem::path newest = is_directory ? RunDirectory(run).newest_checkpoint() : run;
  const SafeTensors checkpoint = read_safetensors(newest);
  require(metadata_text(checkpoint.metadata, "format", newest) == kFormat,
          "{}: not a checkpoint of mdsm (format '{}').", newest.string(),
          metadata_text(checkpoint.metadata, "format", newest));
  trained.experiment = experiment_from_json(metadata_text(checkpoint.metadata, "experiment", newest), newest.string());
  const Shape datum_shape = shape_of(metadata_text(checkpoint.metadata, "datum_shape", newest), newest);
  trained.energy =
      build_energy(trained.experiment.energy, datum_shape, static_cast<uint64_t>(trained.experiment.train.seed),
                   {.sigma0 = trained.sigma0(), .precision = precision, .conv_choice = machine_conv_choice()});
  trained.moments = moments_of(checkpoint.tensors, datum_shape, newest.string());
  trained.weights = weights;
  trained.file = raw ? RunDirectory(run).state_file() : newest;
  const SafeTensors state = raw ? read_safetensors(trained.file) : SafeTensors{};
  const SafeTensors& source = raw ? state : checkpoint;
  trained.step = metadata_number<int64_t>(source.metadata, "step", trained.file);
  const Parameters& parameters = trained.energy->parameters();
  parameters.assign(parameters_of(source, parameters, raw ? "weights." : "", trained.file));
  return trained;
}

}  // namespace mdsm
