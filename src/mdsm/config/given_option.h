#pragma once

#include <string>
#include <vector>

#include "mdsm/config/option_list.h"

namespace mdsm {

/// A value for one option that someone gave, to be set in a table later: what a command line changes of a run's own.
struct GivenOption {
  std::string table;
  std::string name;
  OptionValue value;
  std::string where;  ///< opens error texts: what it was given by
};

/// Sets each in turn.
/// \throws Error as OptionEntry::assign and OptionList::find do
inline void assign(const std::vector<GivenOption>& given, const OptionList& options) {
  for (const GivenOption& one : given) options.find(one.table, one.name, one.where).assign(one.value, one.where);
}

}  // namespace mdsm
