#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mdsm {

/// Names of the checkpoints models/NAME.safetensors in the folders that are searched for data sets, sorted.
std::vector<std::string> shipped_models();

/// The run directory or checkpoint that a RUN argument means: the path itself if it exists, else the shipped model of
/// this name, from the first data folder that has it.
/// \throws Error that lists the shipped models and the nearest name
std::filesystem::path find_run(const std::filesystem::path& run);

}  // namespace mdsm
