#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mdsm::reproduce {

/// What is kept of a command that has ended well: work/SECTION/STEP.json.
struct Record {
  std::vector<std::string> command;  ///< behind "mdsm"
  std::string after;                 ///< finished of the training that it stands on; empty: none
  std::string output;                ///< its stdout
  double seconds = 0;                ///< of wall clock, of the call that finished it
  std::string finished;              ///< when, as utc_now_milliseconds says it
};

/// Nothing if there is no such file.
/// \throws Error if it is damaged
std::optional<Record> read_record(const std::filesystem::path& file);
/// Atomic.
void write_record(const std::filesystem::path& file, const Record& record);

/// A command as one types it: "mdsm" and the arguments.
std::string typed(const std::vector<std::string>& command);

}  // namespace mdsm::reproduce
