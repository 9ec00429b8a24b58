#include "mdsm/config/option_list.h"

#include <sstream>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/base/shown.h"
#include "mdsm/config/limits.h"

namespace mdsm {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(int64_t value) { return std::to_string(value); }
std::string text_of(double value) {
  // The shortest text that reads back as the same number; TOML wants a point or an exponent in a float.
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}
std::string text_of(const std::string& value) { return quoted(value); }
template <class T> std::string text_of(const std::vector<T>& values) {
  std::vector<std::string> parts;
  for (const T& value : values) parts.push_back(text_of(value));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

const char* type_name(const OptionRef& variable) {
  constexpr std::array kNames{"true or false",      "an integer",        "a number",       "a text",
                              "a list of integers", "a list of numbers", "a list of texts"};
  return kNames.at(variable.index());
}

/// The number as an integer, if it is one that fits.
bool to_integer(double value, int64_t& out) {
  if (!(std::abs(value) < 0x1p63) || value != std::floor(value)) return false;
  out = static_cast<int64_t>(value);
  return true;
}

// convert(value, out): whether a given value fits the variable's type, and its value there.
template <class From, class To> bool convert(const From& from, To& to) {
  if constexpr (std::is_same_v<From, To>) {
    to = from;
    return true;
  } else if constexpr (std::is_same_v<From, int64_t> && std::is_same_v<To, double>) {
    to = static_cast<double>(from);
    return true;
  } else if constexpr (std::is_same_v<From, double> && std::is_same_v<To, int64_t>) {
    return to_integer(from, to);
  } else if constexpr (std::is_same_v<From, std::vector<int64_t>> && std::is_same_v<To, std::vector<double>>) {
    to.assign(from.begin(), from.end());
    return true;
  } else if constexpr (std::is_same_v<From, std::vector<int64_t>> && std::is_same_v<To, std::vector<std::string>>) {
    to.clear();
    return from.empty();  // [] has no type of its own
  } else {
    return false;
  }
}

template <class Number> void check_number(const OptionEntry& entry, Number value, std::string_view where) {
  const Limits limits = limits_for(entry.limits, value);
  const std::string expected = to_text(limits);
  require(within(limits, static_cast<double>(value)), "{}: {} = {} (expected {}): {}.", where, entry.full_name(), value,
          expected.empty() ? "a number" : expected, entry.help);
}

void check_text(const OptionEntry& entry, const std::string& value, std::string_view where) {
  require(within(entry.limits, value), "{}: {} = '{}' (expected {}).{}", where, entry.full_name(), shown(value),
          to_text(entry.limits), did_you_mean(value, entry.limits.choices));
}

void check_limits(const OptionEntry& entry, std::string_view where) {
  std::visit(
      [&](auto* variable) {
        using T = std::remove_pointer_t<decltype(variable)>;
        if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, double>) {
          check_number(entry, *variable, where);
        } else if constexpr (std::is_same_v<T, std::string>) {
          check_text(entry, *variable, where);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          for (const std::string& value : *variable) check_text(entry, value, where);
        } else if constexpr (!std::is_same_v<T, bool>) {
          for (auto value : *variable) check_number(entry, value, where);
        }
      },
      entry.variable);
}

}  // namespace

std::string OptionEntry::text() const {
  return std::visit([](auto* pointer) { return text_of(*pointer); }, variable);
}

OptionValue OptionEntry::value() const {
  return std::visit([](auto* pointer) { return OptionValue(*pointer); }, variable);
}

void OptionEntry::assign(const OptionValue& given, std::string_view where) const {
  const bool fits =
      std::visit([](auto* pointer, const auto& from) { return convert(from, *pointer); }, variable, given);
  require(fits, "{}: {} is not {}: {}.", where, full_name(), type_name(variable), help);
  check_limits(*this, where);
}

const OptionEntry& OptionList::find(std::string_view table, std::string_view name, std::string_view where) const {
  std::vector<std::string> tables;
  std::vector<std::string> names;
  for (const OptionEntry& entry : entries_) {
    if (entry.table == table && entry.name == name) return entry;
    if (std::find(tables.begin(), tables.end(), entry.table) == tables.end()) tables.push_back(entry.table);
    if (entry.table == table) names.push_back(entry.name);
  }
  if (names.empty()) {
    reject("{}: there is no table [{}] (tables: {}).{}", where, shown(table), fmt::join(tables, ", "),
           did_you_mean(table, tables));
  }
  reject("{}: [{}] has no key '{}' (keys: {}).{}", where, shown(table), shown(name), fmt::join(names, ", "),
         did_you_mean(name, names));
}

void OptionList::check(std::string_view where) const {
  for (const OptionEntry& entry : entries_) check_limits(entry, where);
}

std::string to_toml(const OptionList& options) {
  std::string out;
  std::string table;
  for (const OptionEntry& entry : options.entries()) {
    if (entry.table != table) {
      table = entry.table;
      out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", table);
    }
    out += fmt::format("# {}\n{} = {}\n", entry.help, entry.name, entry.text());
  }
  return out;
}

}  // namespace mdsm
