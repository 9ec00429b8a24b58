#include "mdsm/evaluate/evaluation_log_writer.h"

#include <nlohmann/json.hpp>

#include "mdsm/base/utc.h"
#include "mdsm/formats/append_file.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/run/run_directory.h"

namespace mdsm {

std::filesystem::path evaluation_log_of(const std::filesystem::path& run) {
  constexpr const char* kName = "evaluations.jsonl";
  if (std::filesystem::is_directory(run)) return run / kName;
  const std::filesystem::path folder = std::filesystem::absolute(run).parent_path();
  return RunDirectory(folder).has_state() ? folder / kName : std::filesystem::path();
}

void log_evaluation(const std::filesystem::path& log, const EvaluationHead& head, const Results& results) {
  using Json = nlohmann::ordered_json;
  Json line{{"time", utc_now()}, {"evaluation", head.evaluation}, {"command", head.command}};
  line["settings"] = parse_json<Json>(head.settings);
  line.update(parse_json<Json>(results.to_json(-1)));
  AppendFile(log, AppendFile::Mode::extend).append(dump_json(line) + "\n");
}

}  // namespace mdsm
