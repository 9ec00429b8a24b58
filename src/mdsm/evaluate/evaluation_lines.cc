#include "mdsm/evaluate/evaluation_lines.h"

#include <algorithm>
#include <sstream>

#include "mdsm/formats/file.h"

namespace mdsm {
namespace {

using Json = nlohmann::ordered_json;

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Of "mdsm evaluate RUN fid -n 5000 --out X": "fid -n 5000".
std::string settings_of(const std::string& command, const std::string& evaluation) {
  std::istringstream words(command);
  std::string settings;
  bool run_named = false;
  for (std::string word; words >> word;) {
    if (is_one_of(word, {"mdsm", "evaluate", "--json", "-q", "--quiet", "-v", "--verbose"})) continue;
    if (is_one_of(word, {"-o", "--out", "--grid", "--batch", "--threads"})) {
      words >> word;
      continue;
    }
    const bool is_run =
        !run_named && word != evaluation && !word.starts_with('-') && settings.find('-') == std::string::npos;
    run_named = run_named || is_run;
    if (!is_run) settings += (settings.empty() ? "" : " ") + word;
  }
  return settings;
}

EvaluationLine line_of(Json json) {
  EvaluationLine line{.time = json.value("time", ""),
                      .evaluation = json.value("evaluation", ""),
                      .command = json.value("command", ""),
                      .results = {},
                      .settings = {}};
  for (const char* key : {"time", "evaluation", "command"}) json.erase(key);
  line.settings = settings_of(line.command, line.evaluation);
  line.results = std::move(json);
  return line;
}

}  // namespace

std::vector<EvaluationLine> newest_evaluations(const std::filesystem::path& log) {
  std::vector<EvaluationLine> lines;
  if (!std::filesystem::is_regular_file(log)) return lines;
  std::istringstream text(read_file(log));
  for (std::string one; std::getline(text, one);) {
    Json json = Json::parse(one, nullptr, /*allow_exceptions=*/false);
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
