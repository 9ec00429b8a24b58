#pragma once

#include <string>

#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// A data set as the command line names it.
struct DataName {
  std::string name;  ///< known, synthetic, or a path
  Split split = Split::test;
  bool says_half = false;  ///< the text names the half itself
};

/// "mnist", "mnist/train", "photos/", "photos/test", "x.zip/val", "x.npz": a known or synthetic name or a path, which may
/// end in the name of a half (readers/half_names.h). Where it does not, the half is `otherwise` or, where there is no such
/// half, the one that there is; data at a path that have no halves are training data.
/// \param halves  what folders named like halves are
/// \throws Error with the nearest name for what is neither known nor there
DataName parse_data_name(const std::string& text, Split otherwise, HalfFolders halves = HalfFolders::automatic);

/// Whether a name is known or synthetic: no path.
bool has_data_name(std::string_view name);

/// Whether the set of this name or path has this half.
/// \throws Error as path_halves()
bool has_half(const std::string& name, Split split, HalfFolders halves = HalfFolders::automatic);

/// Whether two names are of the same set: equal, or paths of one place.
bool is_same_set(const std::string& a, const std::string& b);

/// \throws Error that names the nearest
[[noreturn]] void reject_unknown_data(const std::string& text);

}  // namespace mdsm
