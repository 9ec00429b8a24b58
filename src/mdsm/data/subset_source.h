#pragma once

#include <memory>
#include <vector>

#include "mdsm/data/source.h"

namespace mdsm {

/// The data at these places of a source, in this order, as a source of their own: datum i is that of places[i].
std::shared_ptr<const Source> source_of(std::shared_ptr<const Source> whole, std::vector<int64_t> places);

/// `count` data that stand for a whole source, chosen by the seed (data/subset.h), as source_of(). The source itself
/// where all of it is taken.
/// \throws Error if there are fewer
std::shared_ptr<const Source> subset_source(std::shared_ptr<const Source> whole, int64_t count, uint64_t seed = 0);

/// A part of a set, and where its data stand in it.
struct DataPart {
  std::shared_ptr<const Source> data;
  std::vector<int64_t> places;  ///< of datum i, in the whole
};

/// \param count  0: all
/// \throws Error if there are fewer, or the data never end and all are asked for
DataPart part_of(const std::shared_ptr<const Source>& whole, int64_t count, uint64_t seed = 0);

}  // namespace mdsm
