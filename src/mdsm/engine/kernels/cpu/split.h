#pragma once

#include <algorithm>
#include <cstdint>

namespace mdsm::kernels {

struct Range {
  int64_t begin, end;
  int64_t size() const { return end - begin; }
};

/// Part `index` of `parts` nearly equal parts of 0 .. size - 1.
inline Range part_of(int64_t size, int64_t index, int64_t parts) {
  return {size * index / parts, size * (index + 1) / parts};
}

enum class Prefer { planes, blocks };

/// A grid of planes x output channel blocks over threads.
struct Split {
  int64_t plane_count, block_count, plane_ways, block_ways;

  Split(int64_t threads, int64_t planes, int64_t blocks, Prefer prefer) : plane_count(planes), block_count(blocks) {
    if (prefer == Prefer::blocks || planes < threads) {
      block_ways = std::min(threads, blocks);
      plane_ways = std::clamp<int64_t>(threads / block_ways, 1, std::max<int64_t>(planes, 1));
    } else {
      plane_ways = threads;
      block_ways = 1;
    }
  }

  int64_t ways() const { return plane_ways * block_ways; }
  Range planes(int64_t way) const { return part_of(plane_count, way / block_ways, plane_ways); }
  Range blocks(int64_t way) const { return part_of(block_count, way % block_ways, block_ways); }
};

}  // namespace mdsm::kernels
