#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mdsm/base/options.h"

namespace mdsm {

/// The variable behind an option.
using OptionRef = std::variant<bool*, int64_t*, double*, std::string*, std::vector<int64_t>*, std::vector<double>*,
                               std::vector<std::string>*>;
/// A value that a file or the command line gives.
using OptionValue = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>, std::vector<double>,
                                 std::vector<std::string>>;

/// One option of one table, as declared by the table's visit().
struct OptionEntry {
  std::string table;
  std::string name;
  OptionRef variable;
  std::string help;
  Limits limits;

  std::string full_name() const { return table + "." + name; }
  /// The value as TOML writes it.
  std::string text() const;
  OptionValue value() const;
  /// \param where  opens the error text: "file.toml:3:1" or "train.steps=many"
  /// \throws Error if the type does not fit (an integer fits a float; 1e5 fits an integer) or the value is out of
  /// limits
  void assign(const OptionValue& value, std::string_view where) const;
};

/// Options of a table of options in the order of declaration; the entries point into `options`.
class OptionList {
 public:
  template <class Options> void add_table(const std::string& table, Options& options) {
    options.visit([&](const char* name, auto& variable, const char* help, Limits limits = {}) {
      entries_.push_back({table, name, &variable, help, std::move(limits)});
    });
  }
  const std::vector<OptionEntry>& entries() const { return entries_; }
  /// \throws Error that names the nearest table or key; `where` opens its text
  const OptionEntry& find(std::string_view table, std::string_view name, std::string_view where) const;
  /// Checks every option against its limits: defaults and values set in code.
  void check(std::string_view where) const;

 private:
  std::vector<OptionEntry> entries_;
};

/// Reads TOML text into the options. `origin` is the file name for error texts. Unknown tables and keys are errors.
void read_toml(std::string_view text, const std::string& origin, const OptionList& options);
/// Sets one option from "table.name=value" of the command line; the value is TOML, or a bare word.
void set_from_text(const std::string& assignment, const OptionList& options);
/// TOML of all options, each behind its help text as a comment.
std::string to_toml(const OptionList& options);

/// {"table": {"name": value, ...}, ...}
std::string to_json(const OptionList& options);
/// Reads what to_json wrote. Options it does not name keep their values.
void read_json(std::string_view text, const std::string& origin, const OptionList& options);

}  // namespace mdsm
