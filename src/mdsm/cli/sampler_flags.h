#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "mdsm/run/experiment.h"

namespace mdsm::cli {

/// What a command line says of how samples are drawn.
struct SamplerFlags {
  std::string sampler;
  std::string start;
  std::string schedule;
  std::optional<int64_t> steps;
  std::optional<int64_t> batch;
  std::optional<double> eta;
  std::optional<double> temperature;
  std::optional<double> step_size;
  std::vector<std::string> set;
};

/// Declares --sampler, --steps, --start, --schedule, --eta, --temperature, --step-size, --batch and --set.
void add_sampler_flags(CLI::App& app, SamplerFlags& flags);

/// The run's own [sample] table, changed by the command line. Another sampler than the run's begins with its own steps
/// and start, not with those that were chosen for the run's.
/// \throws Error that names the flag
SampleOptions sampler_options(const SamplerFlags& flags, Experiment experiment);

}  // namespace mdsm::cli
