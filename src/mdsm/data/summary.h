#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mdsm/data/source.h"

namespace mdsm {

/// What a look at some data of a set tells.
struct DataSummary {
  int64_t inspected = 0;  ///< data whose values were read
  float min = 0;          ///< of the values, in the data's unit
  float max = 0;
  float mean = 0;
  float deviation = 0;
  std::vector<std::pair<std::string, int64_t>> classes;  ///< names and how many of all data; the first hundred
};

/// Reads all data, or `most` that stand for the set (subset.h), some MiB at a time; counts the labels of all, or of those
/// read where the set never ends.
/// \param most  at least 1
DataSummary summarise(const Source& source, int64_t most = 10000);

}  // namespace mdsm
