#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mdsm/evaluate/results.h"

namespace mdsm {

/// A line of a run's evaluations.jsonl.
struct EvaluationLine {
  std::string time;  ///< UTC, ISO 8601
  std::string evaluation;
  std::string command;
  Results results;  ///< the rest of the line

  /// All that decides the numbers: the recorded settings as JSON. Of a line that has none, as mdsm wrote them before
  /// they were recorded, the command without the program's and the run's names, folders and formats of the output.
  /// Equal for the same evaluation of two runs.
  std::string settings;
  /// The same to read: the evaluation, and what was not left at its default.
  std::string label;
};

/// The newest line of each (evaluation, command), newest first. Lines that are not JSON objects are passed over; a file
/// that is not there has none.
std::vector<EvaluationLine> newest_evaluations(const std::filesystem::path& log);

}  // namespace mdsm
