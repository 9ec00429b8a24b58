#pragma once

#include <filesystem>
#include <string>

#include "mdsm/evaluate/results.h"

namespace mdsm {

/// What is written of an evaluation beside its results.
struct EvaluationHead {
  std::string evaluation;  ///< its name
  std::string command;     ///< as it was typed; for people
  std::string settings;  ///< a JSON object of all that decides the numbers (settings_json of evaluations/evaluation.h)
};

/// Where the evaluations of a run are kept, one JSON object a line: evaluations.jsonl in its directory.
///
/// \param run  a run directory, or a checkpoint in one
/// \return empty if `run` is a checkpoint file that lies outside of a run directory
std::filesystem::path evaluation_log_of(const std::filesystem::path& run);

/// Appends a line: "time" (UTC, ISO 8601), "evaluation", "command", "settings", then the results.
/// \throws Error(failure) if it cannot be written
void log_evaluation(const std::filesystem::path& log, const EvaluationHead& head, const Results& results);

}  // namespace mdsm
