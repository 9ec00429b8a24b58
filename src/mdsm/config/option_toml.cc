// TOML into an OptionList, through toml++.

#include <toml++/toml.h>

#include "mdsm/base/error.h"
#include "mdsm/base/shown.h"
#include "mdsm/config/option_list.h"
#include "mdsm/config/toml_nesting.h"

namespace mdsm {
namespace {

std::string position(const std::string& origin, const toml::source_region& region) {
  return fmt::format("{}:{}:{}", origin, region.begin.line, region.begin.column);
}

template <class T> std::vector<T> elements(const toml::array& array, std::string_view where) {
  std::vector<T> values;
  for (const toml::node& node : array) {
    const auto value = node.value<T>();
    require(value.has_value(), "{}: the list mixes types. Write numbers only, or texts only.", where);
    values.push_back(*value);
  }
  return values;
}

OptionValue value_of(const toml::node& node, std::string_view where) {
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  const auto* array = node.as_array();
  require(array != nullptr, "{}: this kind of value is not used here. Write a number, a text, true, false or a list.",
          where);
  if (array->is_homogeneous(toml::node_type::integer) || array->empty()) return elements<int64_t>(*array, where);
  if (array->is_homogeneous(toml::node_type::string)) return elements<std::string>(*array, where);
  return elements<double>(*array, where);
}

void require_shallow(std::string_view text, const std::string& origin) {
  const int64_t line = line_of_deep_toml(text);
  require(line == 0, "{}:{}: more than {} tables, lists or parts of a key one within another. An option is table.key.",
          origin, line, kMostNestedToml);
}

}  // namespace

void read_toml(std::string_view text, const std::string& origin, const OptionList& options) {
  require_shallow(text, origin);
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    reject("{}: {}.", position(origin, error.source()), shown(error.description()));
  }
  for (const auto& [table_key, table_node] : document) {
    const std::string table_where = position(origin, table_key.source());
    const toml::table* table = table_node.as_table();
    require(table != nullptr, "{}: '{}' stands outside every table. Put it under a heading such as [train].",
            table_where, shown(table_key.str()));
    for (const auto& [key, node] : *table) {
      const std::string where = position(origin, key.source());
      options.find(table_key.str(), key.str(), where).assign(value_of(node, where), where);
    }
    if (table->empty()) {
      const auto& entries = options.entries();
      const bool known =
          std::any_of(entries.begin(), entries.end(), [&](const auto& e) { return e.table == table_key.str(); });
      if (!known) options.find(table_key.str(), "", table_where);
    }
  }
}

void set_from_text(const std::string& assignment, const OptionList& options) {
  const size_t equals = assignment.find('=');
  const size_t dot = assignment.find('.');
  require(equals != std::string::npos && dot != std::string::npos && dot < equals,
          "{}: not of the form table.key=value. Write for instance train.steps=1000.", shown(assignment));
  const std::string where = shown(assignment);
  const OptionEntry& entry =
      options.find(assignment.substr(0, dot), assignment.substr(dot + 1, equals - dot - 1), where);
  const std::string text = assignment.substr(equals + 1);
  require_shallow(text, entry.table + "." + entry.name);
  toml::table parsed;
  try {
    parsed = toml::parse("value = " + text);
  } catch (const toml::parse_error&) {
    entry.assign(OptionValue(text), where);  // a bare word: energy.kind=resnet
    return;
  }
  const bool wants_text = std::holds_alternative<std::string*>(entry.variable);
  const toml::node& node = *parsed.get("value");
  entry.assign(wants_text && !node.is_string() ? OptionValue(text) : value_of(node, where), where);
}

}  // namespace mdsm
