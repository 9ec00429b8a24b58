// Everything that `mdsm evaluate` has found of the run.

#include "mdsm/evaluate/evaluation_log.h"

#include <fmt/format.h>

#include "mdsm/evaluate/evaluation_lines.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm {
namespace {

using Json = nlohmann::ordered_json;

std::string cell_of(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number_integer()) return value.dump();
  if (value.is_number()) return number_cell(value.get<double>(), 6);
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& item : value) text += (text.empty() ? "" : ", ") + cell_of(item);
  return text;
}

bool is_table(const Json& value) { return value.is_array() && !value.empty() && value.front().is_object(); }

/// Columns are the first row's names.
block::Table table_of(const std::string& name, const Json& rows) {
  block::Table table{.head = {}, .rows = {}, .caption = name};
  for (const auto& [key, value] : rows.front().items()) table.head.push_back(key);
  for (const Json& row : rows) {
    std::vector<std::string>& cells = table.rows.emplace_back();
    for (const std::string& key : table.head) cells.push_back(row.contains(key) ? cell_of(row.at(key)) : "-");
  }
  return table;
}

void add_line(Page& page, const EvaluationLine& line) {
  page.heading(fmt::format("{}, {}", line.evaluation, line.time), 3);
  page.add(block::Code{line.command});
  block::Table values{.head = {"what", "value"}, .rows = {}};
  for (const auto& [name, value] : line.results.items())
    if (!is_table(value) && name != "notes") values.rows.push_back({name, cell_of(value)});
  page.add(std::move(values));
  for (const auto& [name, value] : line.results.items())
    if (is_table(value)) page.add(table_of(name, value));
  for (const Json& note : line.results.value("notes", Json::array()))
    if (note.is_string()) page.paragraph("Note: " + note.get<std::string>());
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

/// The numbers that runs do not have in common, a row each.
void append_numbers(block::Table& table, const Row& row) {
  for (const auto& [name, value] : row.front()->results.items()) {
    if (!value.is_number() || name == "step") continue;
    std::vector<std::string> cells{fmt::format("`{}` {}", row.front()->settings, name)};
    bool differs = false;
    for (const EvaluationLine* line : row) {
      const Json& other = line != nullptr && line->results.contains(name) ? line->results.at(name) : Json();
      differs = differs || other != value;
      cells.push_back(cell_of(other));
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
  table.caption = "Numbers of the same evaluations with the same settings, where they differ.";
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

}  // namespace mdsm
