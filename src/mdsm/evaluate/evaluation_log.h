#pragma once

#include <filesystem>
#include <string>

#include "mdsm/evaluate/results.h"

namespace mdsm {

/// Where the evaluations of a run are kept, one JSON object a line: evaluations.jsonl in its directory.
///
/// \param run  a run directory, or a checkpoint in one
/// \return empty if `run` is a checkpoint file that lies outside of a run directory
std::filesystem::path evaluation_log_of(const std::filesystem::path& run);

/// Appends a line: "time" (UTC, ISO 8601), "evaluation", "command", then the results.
/// \throws Error(failure) if it cannot be written
void log_evaluation(const std::filesystem::path& log, const std::string& evaluation, const std::string& command,
                    const Results& results);

}  // namespace mdsm
