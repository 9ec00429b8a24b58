#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mdsm {

/// A line of a run's evaluations.jsonl.
struct EvaluationLine {
  std::string time;  ///< UTC, ISO 8601
  std::string evaluation;
  std::string command;
  nlohmann::ordered_json results;  ///< an object: the rest of the line

  /// The command without what does not decide the numbers: the program's and the run's names, folders and formats of
  /// the output. Equal for the same evaluation of two runs.
  std::string settings;
};

/// The newest line of each (evaluation, command), newest first. Lines that are not JSON objects are passed over; a file
/// that is not there has none.
std::vector<EvaluationLine> newest_evaluations(const std::filesystem::path& log);

}  // namespace mdsm
