#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"

namespace mdsm {

/// The names in a table of rows with a `name`, in order.
template <class Row> std::vector<std::string> names_of(const std::vector<Row>& table) {
  std::vector<std::string> names;
  for (const Row& row : table) names.push_back(row.name);
  return names;
}

/// Rejects a name that is not known: "kind = 'resnt' (known: resnet, unet). Did you mean 'resnet'?"
/// \param what  what the name is of, as the user knows it: an option ("energy.kind"), or "data set"
/// \throws Error always
[[noreturn]] inline void reject_name(std::string_view name, const std::vector<std::string>& known,
                                     std::string_view what) {
  reject("{} = '{}' (known: {}).{}", what, name, fmt::join(known, ", "), did_you_mean(name, known));
}

/// Where `name` stands in the list: the value of an enum whose names these are.
/// \throws Error that tells what is named and the nearest name
inline size_t index_of_name(std::string_view name, const std::vector<std::string>& known, std::string_view what) {
  for (size_t i = 0; i < known.size(); ++i) {
    if (known[i] == name) return i;
  }
  reject_name(name, known, what);
}

/// The row of this name.
/// \throws Error that tells the option and the nearest name
template <class Row>
const Row& find_named(const std::vector<Row>& table, std::string_view name, std::string_view option) {
  for (const Row& row : table) {
    if (row.name == name) return row;
  }
  reject_name(name, names_of(table), option);
}

}  // namespace mdsm
