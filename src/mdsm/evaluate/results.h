#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mdsm {

/// One row of a table among results: columns by name, in order.
using ResultRow = std::vector<std::pair<std::string, std::variant<bool, int64_t, double, std::string>>>;

/// A value that an evaluation reports.
using ResultValue = std::variant<bool, int64_t, double, std::string, std::vector<double>, std::vector<std::string>,
                                 std::vector<ResultRow>>;

/// The value as JSON on one line: doubles with every bit, null for numbers that are not finite.
std::string to_json(const ResultValue& value);

/// What an evaluation found, and what makes it comparable: named values in the order in which they are reported.
///
/// Names are stable: they are the keys of the JSON that is printed and of a run's evaluations.jsonl.
class Results {
 public:
  using Entry = std::pair<std::string, ResultValue>;

  Results() = default;
  Results(std::initializer_list<Entry> entries) : entries_(entries) {}

  /// Appends a value, or replaces the one of this name. Whole numbers of any width become int64.
  Results& set(const std::string& name, ResultValue value);
  /// Something that a reader of the numbers must know: said on stderr and kept in the list "notes".
  Results& note(std::string text);
  /// Appends all of the other's values and notes.
  Results& append(const Results& other);

  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<std::string>& notes() const { return notes_; }
  /// nullptr if there is none of this name
  const ResultValue* find(const std::string& name) const;

  /// Two columns, name and value with six figures; a table among the values stands below, with its own head.
  std::string to_table() const;
  /// One JSON object, doubles with every bit, null for numbers that are not finite, "notes" last and only where there
  /// are any.
  /// \param indent  spaces a level; -1: one line
  std::string to_json(int indent) const;
  /// Reads what to_json wrote; null becomes a number that is not one. What no value can be is kept as its text.
  /// \throws Error unless it is one JSON object
  static Results from_json(std::string_view json);

 private:
  std::vector<Entry> entries_;
  std::vector<std::string> notes_;
};

}  // namespace mdsm
