#include "mdsm/run/metrics_writer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// Whether a line belongs to the past of a run that goes on from `resume_step`; what has no step does.
bool is_past(const nlohmann::json& line, int64_t resume_step) {
  const auto step = line.find("step");
  return step == line.end() || !step->is_number() || step->get<double>() <= static_cast<double>(resume_step);
}

/// The lines of the file's `text` that stay, each with its newline.
std::string past_lines(const fs::path& path, std::string_view text, int64_t resume_step) {
  std::string kept;
  for (int64_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto parsed = parse_json<nlohmann::json>(line);
    const bool cut_short = !parsed.is_object() && text.empty();
    if (cut_short) break;
    require(parsed.is_object(),
            "cannot go on with '{}' (line {} is no JSON object). Correct it, or move the file away.", path.string(),
            number);
    if (is_past(parsed, resume_step)) kept.append(line).push_back('\n');
  }
  return kept;
}

fs::path with_past_only(fs::path path, int64_t resume_step) {
  // A device or a pipe has no past, and reading one could wait for ever.
  std::error_code ignored;  // opening says why
  if (!fs::is_regular_file(path, ignored)) return path;
  const std::string text = read_file(path);
  const std::string kept = past_lines(path, text, resume_step);
  if (kept != text) write_file_atomically(path, kept);
  return path;
}

nlohmann::ordered_json json_of(const MetricValue& value) {
  const double* number = std::get_if<double>(&value);
  if (number != nullptr && !std::isfinite(*number)) return nullptr;
  return std::visit([](const auto& content) { return nlohmann::ordered_json(content); }, value);
}

}  // namespace

MetricsWriter::MetricsWriter(fs::path path, int64_t resume_step)
    : file_(with_past_only(std::move(path), resume_step), AppendFile::Mode::extend) {}

void MetricsWriter::write(const Metrics& metrics) {
  auto line = nlohmann::ordered_json::object();
  for (const auto& [name, value] : metrics) line[name] = json_of(value);
  file_.append(dump_json(line) + "\n");
}

void MetricsWriter::write_start(TrainingStart start) {
  Metrics metrics;
  start.visit([&](const char* name, const auto& value) { metrics.emplace_back(name, value); });
  write(metrics);
}

}  // namespace mdsm
