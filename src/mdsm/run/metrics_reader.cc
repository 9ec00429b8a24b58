#include "mdsm/run/metrics_reader.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

using Json = nlohmann::json;

TrainingStart start_of(const Json& line) {
  TrainingStart start;
  start.visit([&](const char* name, auto& value) { value = value_in(line, name, value); });
  return start;
}

void add_numbers(RunLog& log, const Json& line) {
  const auto step = line.find("step");
  if (step == line.end() || !holds_json<int64_t>(*step)) return;
  log.last_step = std::max(log.last_step, step->get<int64_t>());
  for (const auto& [name, value] : line.items()) {
    if (name == "step" || !(value.is_number() || value.is_null())) continue;
    RunLog::Curve& curve = log.curves[name];
    curve.step.push_back(step->get<double>());
    curve.value.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  }
}

/// Every process counts its seconds from 0.
double summed(const RunLog::Curve* seconds) {
  if (seconds == nullptr) return 0;
  double sum = 0, before = 0;
  for (const double now : seconds->value) {
    if (now < before) sum += before;
    before = now;
  }
  return sum + before;
}

}  // namespace

const RunLog::Curve* RunLog::find(const std::string& name) const {
  const auto found = curves.find(name);
  return found == curves.end() ? nullptr : &found->second;
}

double RunLog::last(const std::string& name) const {
  const Curve* curve = find(name);
  return curve == nullptr ? std::numeric_limits<double>::quiet_NaN() : curve->value.back();
}

RunLog read_run_log(const std::filesystem::path& metrics) {
  RunLog log;
  if (!std::filesystem::is_regular_file(metrics)) return log;
  std::istringstream text(read_file(metrics));
  for (std::string line; std::getline(text, line);) {
    const Json parsed = parse_json<Json>(line);
    if (!parsed.is_object()) continue;
    if (parsed.contains("started")) log.starts.push_back(start_of(parsed));
    else add_numbers(log, parsed);
  }
  log.seconds = summed(log.find("seconds"));
  return log;
}

}  // namespace mdsm
