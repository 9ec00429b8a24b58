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

/// The row of this name. \throws Error that tells the option and the nearest name
template <class Row>
const Row& find_named(const std::vector<Row>& table, std::string_view name, std::string_view option) {
  for (const Row& row : table) {
    if (row.name == name) return row;
  }
  const std::vector<std::string> names = names_of(table);
  reject("{} = '{}' (known: {}).{}", option, name, fmt::join(names, ", "), did_you_mean(name, names));
}

}  // namespace mdsm
