#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/config/option_list.h"
#include "mdsm/data/load.h"
#include "mdsm/energy/build.h"
#include "mdsm/noise/levels.h"
#include "mdsm/objective/denoising_score_matching.h"
#include "mdsm/run/train_options.h"
#include "mdsm/sample/options.h"

namespace mdsm {

/// Everything that decides a training run and how it is sampled by default: one TOML table a concern.
struct Experiment {
  DataOptions data;
  NoiseOptions noise;
  EnergyOptions energy;
  ObjectiveOptions objective;
  TrainOptions train;
  SampleOptions sample;

  /// The options, pointing into this object.
  OptionList options();
};

/// Reads an experiment: defaults, then the TOML file, then the assignments "table.key=value" in order.
/// \throws Error with file, line, column, and the nearest name for unknown keys
Experiment read_experiment(const std::filesystem::path& path, const std::vector<std::string>& assignments = {});

/// The resolved experiment as TOML, every default written out, each behind its meaning.
std::string to_toml(Experiment experiment);
/// The same as JSON: what checkpoints carry.
std::string to_json(Experiment experiment);
Experiment experiment_from_json(const std::string& json, const std::string& origin);

/// Full names of the options that differ.
std::vector<std::string> differences(Experiment a, Experiment b);

}  // namespace mdsm
