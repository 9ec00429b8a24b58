// Everything that `mdsm evaluate` has found of the run.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mdsm/evaluate/evaluation_log_reader.h"
#include "mdsm/evaluate/evaluation_log_writer.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

using Rows = std::vector<ResultRow>;

/// A value as a table says it.
struct ToCell {
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return number_cell(value, 6); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Rows& /*rows*/) const { return ""; }
  template <class Value> std::string operator()(const std::vector<Value>& values) const {
    std::string text;
    for (const Value& value : values) text += (text.empty() ? "" : ", ") + (*this)(value);
    return text;
  }
};

/// Columns are the first row's names.
block::Table table_of(const std::string& name, const Rows& rows) {
  block::Table table{.head = {}, .rows = {}, .caption = name};
  for (const auto& [column, value] : rows.front()) table.head.push_back(column);
  for (const ResultRow& row : rows) {
    std::vector<std::string>& cells = table.rows.emplace_back();
    for (const std::string& column : table.head) {
      const auto found = std::find_if(row.begin(), row.end(), [&](const auto& cell) { return cell.first == column; });
      cells.push_back(found == row.end() ? "-" : std::visit(ToCell{}, found->second));
    }
  }
  return table;
}

void add_line(Page& page, const EvaluationLine& line) {
  page.heading(fmt::format("{}, {}", line.evaluation, line.time), 3);
  page.add(block::Code{line.command});
  block::Table values{.head = {"what", "value"}, .rows = {}};
  std::vector<block::Table> tables;
  for (const auto& [name, value] : line.results.entries()) {
    const Rows* rows = std::get_if<Rows>(&value);
    if (rows == nullptr) values.rows.push_back({name, std::visit(ToCell{}, value)});
    else if (!rows->empty()) tables.push_back(table_of(name, *rows));
  }
  page.add(std::move(values));
  for (block::Table& table : tables) page.add(std::move(table));
  for (const std::string& note : line.results.notes()) page.paragraph("Note: " + note);
}

std::vector<EvaluationLine> evaluations_of(const ReportRun& run) {
  const std::filesystem::path log = evaluation_log_of(run.directory ? run.directory->path() : run.trained.file);
  return newest_evaluations(log);
}

/// The same evaluation, with the same settings, of each run: nullptr where a run has none.
using Row = std::vector<const EvaluationLine*>;

Row same_of_all(const EvaluationLine& line, const std::vector<std::vector<EvaluationLine>>& of_runs) {
  Row row;
  for (const std::vector<EvaluationLine>& lines : of_runs) {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const EvaluationLine& other) {
      return other.evaluation == line.evaluation && other.settings == line.settings;
    });
    row.push_back(found == lines.end() ? nullptr : &*found);
  }
  return row;
}

/// A number among results; nothing where there is none of this name.
std::optional<double> number_of(const Results& results, const std::string& name) {
  const ResultValue* value = results.find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* whole = std::get_if<int64_t>(value)) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(value);
  return real == nullptr ? std::nullopt : std::optional(*real);
}

/// The numbers that runs do not have in common, a row each.
void append_numbers(block::Table& table, const Row& row) {
  for (const auto& [name, value] : row.front()->results.entries()) {
    const std::optional<double> ours = number_of(row.front()->results, name);
    if (!ours || std::isnan(*ours) || name == "step") continue;
    std::vector<std::string> cells{fmt::format("`{}` {}", row.front()->label, name)};
    bool differs = false;
    for (const EvaluationLine* line : row) {
      const ResultValue* other = line == nullptr ? nullptr : line->results.find(name);
      differs = differs || other == nullptr || number_of(line->results, name) != ours;
      cells.push_back(other == nullptr ? "-" : std::visit(ToCell{}, *other));
    }
    if (differs) table.rows.push_back(std::move(cells));
  }
}

void add_side_by_side(ReportContext& context, const std::vector<std::vector<EvaluationLine>>& of_runs) {
  block::Table table{.head = {"evaluation"}, .rows = {}};
  for (const ReportRun& run : context.runs) table.head.push_back(run.name);
  for (const EvaluationLine& line : of_runs.front()) {
    const Row row = same_of_all(line, of_runs);
    if (std::count(row.begin(), row.end(), nullptr) + 1 < static_cast<int64_t>(row.size())) append_numbers(table, row);
  }
  table.caption = fmt::format("Numbers of the same evaluations of {} runs with the same settings, where they differ.",
                              context.runs.size());
  if (!table.rows.empty()) context.page.add(std::move(table));
  else context.page.paragraph("The runs have no evaluation in common.");
}

}  // namespace

void add_evaluations(ReportContext& context) {
  context.page.heading("Evaluations");
  std::vector<std::vector<EvaluationLine>> of_runs;
  for (const ReportRun& run : context.runs) of_runs.push_back(evaluations_of(run));
  if (context.compares()) add_side_by_side(context, of_runs);
  if (of_runs.front().empty()) {
    context.page.paragraph(
        fmt::format("None yet. `mdsm evaluate {} fid`, `likelihood`, `ood` and others write into the run's "
                    "evaluations.jsonl, which is shown here.",
                    context.run().name));
    return;
  }
  for (const EvaluationLine& line : of_runs.front()) add_line(context.page, line);
}

}  // namespace mdsm::report
