#include "mdsm/evaluate/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "mdsm/base/error.h"
#include "mdsm/base/shown.h"
#include "mdsm/formats/json_text.h"

namespace mdsm {
namespace {

using Json = nlohmann::ordered_json;

/// What is written of a single value in a table.
struct ToText {
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{:.6g}", value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const std::vector<double>& values) const {
    std::vector<std::string> texts;
    for (const double value : values) texts.push_back((*this)(value));
    return fmt::format("{}", fmt::join(texts, " "));
  }
  std::string operator()(const std::vector<std::string>& values) const {
    return fmt::format("{}", fmt::join(values, ", "));
  }
  std::string operator()(const std::vector<ResultRow>& rows) const;
};

/// Columns as wide as their widest cell; the head is the first row's names.
std::string ToText::operator()(const std::vector<ResultRow>& rows) const {
  if (rows.empty()) return "";
  std::vector<std::vector<std::string>> cells(1);
  for (const auto& [name, value] : rows.front()) cells[0].push_back(name);
  for (const ResultRow& row : rows) {
    std::vector<std::string>& line = cells.emplace_back();
    for (const auto& [name, value] : row) line.push_back(std::visit(*this, value));
  }
  std::string text;
  for (const auto& line : cells) {
    for (size_t column = 0; column < line.size(); ++column) {
      size_t width = 0;
      for (const auto& other : cells) width = column < other.size() ? std::max(width, other[column].size()) : width;
      text += column + 1 < line.size() ? fmt::format("{:<{}}  ", line[column], width) : line[column];
    }
    text += '\n';
  }
  return text;
}

/// The same for JSON, which has no word for what is no finite number.
struct ToJson {
  Json operator()(double value) const { return std::isfinite(value) ? Json(value) : Json(nullptr); }
  Json operator()(const std::vector<double>& values) const {
    Json list = Json::array();
    for (const double value : values) list.push_back((*this)(value));
    return list;
  }
  Json operator()(const std::vector<ResultRow>& rows) const {
    Json list = Json::array();
    for (const ResultRow& row : rows) {
      Json object = Json::object();
      for (const auto& [name, value] : row) object[name] = std::visit(*this, value);
      list.push_back(std::move(object));
    }
    return list;
  }
  template <class Value> Json operator()(const Value& value) const { return Json(value); }
};

using Cell = ResultRow::value_type::second_type;

/// A single value; a text of JSON where it is none.
Cell cell_of(const Json& value) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (value.is_boolean()) return value.get<bool>();
  if (holds_json<int64_t>(value)) return value.get<int64_t>();
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

bool all_of(const Json& list, bool (Json::*is)() const noexcept) {
  return std::all_of(list.begin(), list.end(), [is](const Json& item) { return (item.*is)(); });
}

ResultValue value_of(const Json& value) {
  if (!value.is_array()) return std::visit([](const auto& cell) { return ResultValue(cell); }, cell_of(value));
  const bool numbers =
      std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_number() || v.is_null(); });
  if (numbers) {
    std::vector<double> list;
    for (const Json& item : value) list.push_back(item.is_null() ? std::nan("") : item.get<double>());
    return list;
  }
  if (all_of(value, &Json::is_string)) return value.get<std::vector<std::string>>();
  if (!all_of(value, &Json::is_object)) return dump_json(value);
  std::vector<ResultRow> rows;
  for (const Json& object : value) {
    ResultRow& row = rows.emplace_back();
    for (const auto& [name, item] : object.items()) row.emplace_back(name, cell_of(item));
  }
  return rows;
}

}  // namespace

std::string to_json(const ResultValue& value) { return dump_json(std::visit(ToJson{}, value)); }

Results& Results::set(const std::string& name, ResultValue value) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.first == name; });
  if (found != entries_.end()) found->second = std::move(value);
  else entries_.emplace_back(name, std::move(value));
  return *this;
}

Results& Results::note(std::string text) {
  notes_.push_back(std::move(text));
  return *this;
}

Results& Results::append(const Results& other) {
  for (const Entry& entry : other.entries_) set(entry.first, entry.second);
  for (const std::string& text : other.notes_) note(text);
  return *this;
}

const ResultValue* Results::find(const std::string& name) const {
  for (const Entry& entry : entries_) {
    if (entry.first == name) return &entry.second;
  }
  return nullptr;
}

std::string Results::to_table() const {
  size_t width = 0;
  for (const auto& [name, value] : entries_) width = std::max(width, name.size());
  std::string text;
  std::string tables;
  for (const auto& [name, value] : entries_) {
    const std::string cell = std::visit(ToText{}, value);
    if (std::holds_alternative<std::vector<ResultRow>>(value)) tables += fmt::format("\n{}\n{}", name, cell);
    else text += fmt::format("{:<{}}  {}\n", name, width, cell);
  }
  return text + tables;
}

Results Results::from_json(std::string_view json) {
  const Json object = parse_json<Json>(json);
  require(object.is_object(), "results: this is no JSON object ('{}').", shown(json, 60));
  Results results;
  for (const auto& [name, value] : object.items()) {
    if (name != "notes" || !value.is_array()) results.set(name, value_of(value));
    else
      for (const Json& note : value) results.note(note.is_string() ? note.get<std::string>() : dump_json(note));
  }
  return results;
}

std::string Results::to_json(int indent) const {
  Json object = Json::object();
  for (const auto& [name, value] : entries_) object[name] = std::visit(ToJson{}, value);
  if (!notes_.empty()) object["notes"] = notes_;
  return dump_json(object, indent);
}

}  // namespace mdsm
