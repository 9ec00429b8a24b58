#include "mdsm/evaluate/numpy_random.h"

#include <bit>
#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"

namespace mdsm {

uint32_t NumpyRandom::at_most(uint32_t largest) {
  const auto bits = static_cast<int>(std::bit_width(largest));
  const uint32_t mask = bits == 32 ? std::numeric_limits<uint32_t>::max() : (uint32_t{1} << bits) - 1;
  for (;;) {
    const uint32_t value = static_cast<uint32_t>(generator_()) & mask;
    if (value <= largest) return value;
  }
}

std::vector<int64_t> NumpyRandom::permutation(int64_t count) {
  require(count >= 0 && count <= std::numeric_limits<uint32_t>::max(), "permutation of {} data.", count);
  std::vector<int64_t> order = index_range(0, count);
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(order[static_cast<size_t>(i)], order[at_most(static_cast<uint32_t>(i))]);
  return order;
}

std::vector<int64_t> NumpyRandom::choice(int64_t count, int64_t size) {
  require(size >= 0 && size <= count, "a choice of {} out of {} without replacement.", size, count);
  std::vector<int64_t> order = permutation(count);
  order.resize(static_cast<size_t>(size));
  return order;
}

}  // namespace mdsm
