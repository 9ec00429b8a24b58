#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What load_source() knows by name.
struct CatalogueEntry {
  std::string name;
  std::string description;
  Shape datum_shape;
  bool endless = false;
  int64_t train_count = 0;  ///< 0: endless, or there is no such half
  int64_t test_count = 0;
  bool here = false;         ///< its files, of the training half where there is one
  std::string licence = {};  ///< empty for what is generated
};

/// All of them, in the order of `mdsm data list`: published sets, stacked digits, generated sets.
std::vector<CatalogueEntry> data_catalogue();

}  // namespace mdsm
