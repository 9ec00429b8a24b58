#include "mdsm/reproduce/findings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/reproduce/standing.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::reproduce {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Record record_of(const std::filesystem::path& file) {
  std::optional<Record> record = read_record(file);
  if (!record) fail("{}: this step has left no result. Run the same command again.", file.string());
  return *std::move(record);
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

double number_of(const std::string& cell) {
  if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  return *end == '\0' ? value : std::numeric_limits<double>::quiet_NaN();
}

std::string network_text(const Experiment& experiment, const Energy& energy) {
  const EnergyOptions& options = experiment.energy;
  const std::string parameters = format_count(energy.parameters().scalar_count());
  if (options.kind == "resnet")
    return fmt::format("Res{} of width {}, {} head, {} parameters", options.depth, options.width, options.head,
                       parameters);
  return fmt::format("{} of width {}, {} parameters", options.kind == "unet" ? "U-Net" : options.kind, options.width,
                     parameters);
}

}  // namespace

double number_in(const ResultRow& row, const std::string& column) {
  for (const auto& [name, value] : row) {
    if (name != column) continue;
    if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&value)) return *real;
  }
  return kNone;
}

std::string text_in(const ResultRow& row, const std::string& column) {
  for (const auto& [name, value] : row) {
    if (const auto* text = std::get_if<std::string>(&value); name == column && text != nullptr) return *text;
  }
  return "";
}

std::string decimal(double value, int decimals) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : "-";
}

std::filesystem::path Findings::path_of(const std::string& file) const {
  const std::filesystem::path own = place_.work(section_) / file;
  return std::filesystem::exists(own) ? own : place_.work(kShared) / file;
}

Results Findings::results(const std::string& step) const {
  const std::string output = record_of(path_of(step + ".json")).output;
  if (!parse_json<nlohmann::json>(output).is_object())
    fail("{}: the step {} printed no JSON.", place_.work(section_).string(), step);
  return Results::from_json(output);
}

double Findings::number(const std::string& step, const std::string& key) const {
  const auto json = parse_json<nlohmann::json>(record_of(path_of(step + ".json")).output);
  if (json.is_discarded()) fail("{}: the step {} printed no JSON.", place_.work(section_).string(), step);
  const nlohmann::json::json_pointer place("/" + key);
  const bool there = json.contains(place) && json.at(place).is_number();
  return there ? json.at(place).get<double>() : kNone;
}

std::string Findings::text(const std::string& step, const std::string& key) const {
  const Results found = results(step);
  const ResultValue* value = found.find(key);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? "" : *text;
}

std::vector<ResultRow> Findings::rows(const std::string& step, const std::string& key) const {
  const Results found = results(step);
  const ResultValue* value = found.find(key);
  const auto* rows = value == nullptr ? nullptr : std::get_if<std::vector<ResultRow>>(value);
  return rows == nullptr ? std::vector<ResultRow>{} : *rows;
}

double Findings::seconds(const std::string& step) const { return record_of(path_of(step + ".json")).seconds; }

std::string Findings::command(const std::string& step) const {
  return typed(record_of(path_of(step + ".json")).command);
}

std::string Findings::file(const std::string& name) const { return read_file(path_of(name)); }

Columns Findings::csv(const std::string& name) const {
  std::vector<std::string> lines = split(file(name), '\n');
  const std::vector<std::string> head = split(lines.front(), ',');
  Columns columns;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::vector<std::string> cells = split(lines[i], ',');
    for (size_t c = 0; c < std::min(head.size(), cells.size()); ++c) columns[head[c]].push_back(number_of(cells[c]));
  }
  return columns;
}

block::Picture Findings::picture(const std::string& name, const std::string& alt, const std::string& caption,
                                 int width) const {
  std::string id = section_ + "-" + name;
  std::replace(id.begin(), id.end(), '.', '-');
  return {id, file(name + ".png"), alt, caption, width};
}

RunFacts Findings::run(const std::string& run) const {
  const TrainedEnergy trained = load_trained_energy(place_.run(run), Weights::average, Precision::fp32);
  const Experiment& experiment = trained.experiment;
  const NoiseOptions& noise = experiment.noise;
  const std::optional<Record> record = read_record(record_file(place_, kTraining, run));
  RunFacts facts;
  facts.network = network_text(experiment, *trained.energy);
  facts.training = fmt::format("{} updates of {} {}, {}, noise {}", trained.step, experiment.train.batch,
                               experiment.data.name, experiment.train.optimizer,
                               noise.sigma_min < noise.sigma_max
                                   ? fmt::format("{} to {} ({})", noise.sigma_min, noise.sigma_max, noise.levels)
                                   : fmt::format("{} alone", noise.sigma_min));
  if (record) facts.training += fmt::format(", {:.0f} s", record->seconds);
  facts.dimensions = element_count(trained.energy->datum_shape());
  return facts;
}

void write_comparison(const Findings& findings, Page& page, const Comparison& comparison) {
  block::Table table;
  table.head = {"", "here"};
  table.rows.push_back({"the paper", comparison.paper});
  table.rows.push_back({"ours", comparison.ours});
  for (const std::string& run : comparison.runs) {
    if (!std::filesystem::exists(findings.place().run(run))) continue;
    const RunFacts facts = findings.run(run);
    table.rows.push_back({"made with `" + run + "`", facts.network + "; " + facts.training});
  }
  if (!comparison.counts.empty()) table.rows.push_back({"counts", comparison.counts});
  table.rows.push_back({"what differs", comparison.differs});
  page.add(table);
}

}  // namespace mdsm::reproduce
