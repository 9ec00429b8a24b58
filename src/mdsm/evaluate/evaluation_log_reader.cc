#include "mdsm/evaluate/evaluation_log_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "mdsm/evaluate/evaluations/evaluation.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

using Json = nlohmann::ordered_json;

bool is_one_of(std::string_view word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Of "mdsm evaluate RUN fid -n 5000 -o X": "fid -n 5000". For lines without recorded settings.
std::string words_of(const std::string& command, const std::string& evaluation) {
  std::istringstream words(command);
  std::string settings;
  bool run_named = false;
  for (std::string word; words >> word;) {
    const size_t letters = std::min(word.find_first_not_of('-'), word.size());
    const std::string_view name = std::string_view(word).substr(letters);
    const bool flag = letters > 0;
    if (flag ? is_one_of(name, {"json", "q", "quiet", "v", "verbose"}) : is_one_of(name, {"mdsm", "evaluate"}))
      continue;
    if (flag && is_one_of(name, {"o", "out", "grid", "batch", "threads"})) {
      words >> word;
      continue;
    }
    const bool is_run = !run_named && word != evaluation && !flag && settings.find('-') == std::string::npos;
    run_named = run_named || is_run;
    if (!is_run) settings += (settings.empty() ? "" : " ") + word;
  }
  return settings;
}

/// The settings of an evaluation where nothing is said; an empty object of one that this program does not know.
Json defaults_of(const std::string& evaluation) {
  for (const EvaluationKind& kind : evaluations()) {
    if (kind.name == evaluation) return parse_json<Json>(settings_json({}, *kind.make()));
  }
  return Json::object();
}

/// "fid n=5000 features=digits"
std::string label_of(const std::string& evaluation, const Json& settings) {
  const Json defaults = defaults_of(evaluation);
  std::string label = evaluation;
  for (const auto& [name, value] : settings.items()) {
    if (defaults.contains(name) && defaults.at(name) == value) continue;
    label += fmt::format(" {}={}", name, value.is_string() ? value.get<std::string>() : dump_json(value));
  }
  return label;
}

EvaluationLine line_of(Json json) {
  EvaluationLine line{.time = value_in<std::string>(json, "time", ""),
                      .evaluation = value_in<std::string>(json, "evaluation", ""),
                      .command = value_in<std::string>(json, "command", ""),
                      .results = {},
                      .settings = {},
                      .label = {}};
  const auto recorded = json.find("settings");
  if (recorded != json.end() && recorded->is_object()) {
    line.settings = dump_json(*recorded);
    line.label = label_of(line.evaluation, *recorded);
  } else {
    line.settings = line.label = words_of(line.command, line.evaluation);
  }
  for (const char* key : {"time", "evaluation", "command", "settings"}) json.erase(key);
  line.results = Results::from_json(dump_json(json));
  return line;
}

}  // namespace

std::vector<EvaluationLine> newest_evaluations(const std::filesystem::path& log) {
  std::vector<EvaluationLine> lines;
  if (!std::filesystem::is_regular_file(log)) return lines;
  std::istringstream text(read_file(log));
  for (std::string one; std::getline(text, one);) {
    Json json = parse_json<Json>(one);
    if (!json.is_object()) continue;
    EvaluationLine line = line_of(std::move(json));
    std::erase_if(lines, [&](const EvaluationLine& older) {
      return older.evaluation == line.evaluation && older.command == line.command;
    });
    lines.push_back(std::move(line));
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

}  // namespace mdsm
