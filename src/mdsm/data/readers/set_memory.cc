#include "mdsm/data/readers/set_memory.h"

#include <algorithm>
#include <limits>
#include <new>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/system/memory.h"

namespace mdsm {
namespace {

constexpr int64_t kPieceBytes = int64_t{1} << 20;

/// The largest number where there are more.
int64_t bytes_of(const Shape& shape, at::ScalarType type) {
  auto bytes = static_cast<double>(at::elementSize(type));
  for (const int64_t size : shape) bytes *= static_cast<double>(size);
  return bytes < 0x1p62 ? static_cast<int64_t>(bytes) : std::numeric_limits<int64_t>::max();
}

[[noreturn]] void reject_size(const std::string& origin, const Shape& shape, int64_t bytes, int64_t available) {
  const bool pictures = shape.size() == 4;
  reject("'{}' does not fit into the memory: {} data {} take {}, and {} are free. {}", origin, shape.front(),
         to_text(Shape(shape.begin() + 1, shape.end())), format_bytes(bytes), format_bytes(available),
         pictures ? "Set data.image_size to make them smaller, or take fewer of them." : "Take fewer of them.");
}

}  // namespace

Tensor allocate_set(const std::string& origin, const Shape& shape, at::ScalarType type) {
  const int64_t bytes = bytes_of(shape, type);
  const int64_t available = available_memory();
  if (bytes > available) reject_size(origin, shape, bytes, available);
  try {
    return at::empty(shape, type);
  } catch (const std::bad_alloc&) {  // of the recycler of buffers
    reject_size(origin, shape, bytes, available);
  } catch (const c10::Error&) {  // of LibTorch's own allocator
    reject_size(origin, shape, bytes, available);
  }
}

int64_t piece_of(int64_t datum_bytes) { return std::max<int64_t>(1, kPieceBytes / std::max<int64_t>(1, datum_bytes)); }

}  // namespace mdsm
