#include "mdsm/evaluate/evaluation_log.h"

#include "mdsm/base/utc.h"
#include "mdsm/formats/append_file.h"
#include "mdsm/run/run_directory.h"

namespace mdsm {

std::filesystem::path evaluation_log_of(const std::filesystem::path& run) {
  constexpr const char* kName = "evaluations.jsonl";
  if (std::filesystem::is_directory(run)) return run / kName;
  const std::filesystem::path folder = std::filesystem::absolute(run).parent_path();
  return RunDirectory(folder).has_state() ? folder / kName : std::filesystem::path();
}

void log_evaluation(const std::filesystem::path& log, const std::string& evaluation, const std::string& command,
                    const Results& results) {
  Results line{{"time", utc_now()}, {"evaluation", evaluation}, {"command", command}};
  line.append(results);
  AppendFile(log, AppendFile::Mode::extend).append(line.to_json(-1) + "\n");
}

}  // namespace mdsm
