#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

namespace mdsm {

/// first, first + 1, ..., first + count - 1: what Source::read takes.
inline std::vector<int64_t> index_range(int64_t first, int64_t count) {
  std::vector<int64_t> indices(static_cast<size_t>(count));
  std::iota(indices.begin(), indices.end(), first);
  return indices;
}

}  // namespace mdsm
