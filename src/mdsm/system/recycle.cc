#include "mdsm/system/recycle.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "mdsm/system/out_of_memory.h"

namespace mdsm {
namespace {

constexpr size_t kSmallest = size_t{64} << 10;  // below, LibTorch's allocator is as quick
constexpr size_t kPage = size_t{4} << 10;       // sizes are rounded up to it
constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kHeader = 64;               // before the data: the buffer's size; keeps the data aligned
constexpr size_t kSlack = size_t{64} << 20;  // idle bytes that are kept whatever the peak is

size_t rounded_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

/// A buffer's own size stands in its first bytes.
size_t& size_of(std::byte* buffer) { return *reinterpret_cast<size_t*>(buffer); }

std::byte* take_from_system(size_t size) {
  const bool huge = size >= kHugePage;
  void* memory = nullptr;  // aligned_alloc wants sizes that are multiples of the alignment
  if (::posix_memalign(&memory, huge ? kHugePage : kPage, size) != 0) throw OutOfMemory(static_cast<int64_t>(size));
  auto* buffer = static_cast<std::byte*>(memory);
  if (huge) madvise(buffer, size, MADV_HUGEPAGE);  // advice: a kernel without huge pages may refuse
  size_of(buffer) = size;
  return buffer;
}

/// Buffers by size, and who has them.
class Recycler {
 public:
  std::byte* take(size_t bytes) {
    const size_t wanted = wanted_size(bytes);
    const std::lock_guard lock(mutex_);
    auto found = idle_.lower_bound(wanted);
    std::byte* buffer = nullptr;
    if (found != idle_.end() && found->first - wanted <= wanted / 4) {
      buffer = found->second;
      counts_.idle -= static_cast<int64_t>(found->first);
      idle_.erase(found);
    } else {
      trim(allowed_idle(wanted));
      buffer = take_from_system(wanted);
      counts_.requested += static_cast<int64_t>(wanted);
    }
    counts_.in_use += static_cast<int64_t>(size_of(buffer));
    counts_.peak = std::max(counts_.peak, counts_.in_use);
    return buffer;
  }

  void give_back(std::byte* buffer) {
    const std::lock_guard lock(mutex_);
    const size_t size = size_of(buffer);
    counts_.in_use -= static_cast<int64_t>(size);
    counts_.idle += static_cast<int64_t>(size);
    idle_.emplace(size, buffer);
  }

  void release() {
    const std::lock_guard lock(mutex_);
    trim(0);
    counts_.peak = counts_.in_use;
  }

  RecycledBytes counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  static size_t wanted_size(size_t bytes) {
    const size_t size = bytes + kHeader;
    return rounded_up(size, size >= kHugePage ? kHugePage / 8 : kPage);
  }

  /// Idle bytes that may stay when `more` are about to be asked of the system.
  int64_t allowed_idle(size_t more) const {
    const int64_t in_use = counts_.in_use + static_cast<int64_t>(more);
    const int64_t peak = std::max(counts_.peak, in_use);
    return peak + peak / 2 + static_cast<int64_t>(kSlack) - in_use;
  }

  void trim(int64_t allowed) {
    while (!idle_.empty() && counts_.idle > allowed) {
      const auto last = std::prev(idle_.end());
      counts_.idle -= static_cast<int64_t>(last->first);
      std::free(last->second);
      idle_.erase(last);
    }
  }

  mutable std::mutex mutex_;
  std::multimap<size_t, std::byte*> idle_;
  RecycledBytes counts_;
};

/// Never destroyed: tensors of static storage may outlive everything.
Recycler& recycler() {
  static auto* one = new Recycler;
  return *one;
}

/// LibTorch's view of the recycler. A pointer's context is the pointer itself, as raw_allocate() demands: buffers are
/// told from LibTorch's own by their deleter, and both start with the data.
class RecyclingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &give_back, c10::Device(c10::kCPU)};
    std::byte* data = allocate_bytes(bytes);
    return {data, data, &give_back, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
  void copy_data(void* target, const void* source, std::size_t bytes) const override {
    std::memcpy(target, source, bytes);
  }

 private:
  /// Large and small alike begin kHeader bytes into their block; the header of a small one says 0.
  static std::byte* allocate_bytes(size_t bytes) {
    if (bytes >= kSmallest) return recycler().take(bytes) + kHeader;
    auto* block = static_cast<std::byte*>(c10::alloc_cpu(bytes + kHeader));
    size_of(block) = 0;
    return block + kHeader;
  }
  static void give_back(void* data) {
    if (!data) return;
    std::byte* block = static_cast<std::byte*>(data) - kHeader;
    if (size_of(block) > 0) recycler().give_back(block);
    else c10::free_cpu(block);
  }
};

constexpr uint8_t kPriority = 100;  // above LibTorch's own

}  // namespace

void recycle_buffers() {
  static const bool once = [] {
    static auto* allocator = new RecyclingAllocator;
    c10::SetCPUAllocator(allocator, kPriority);
    return true;
  }();
  static_cast<void>(once);
}

RecycledBytes recycled_bytes() { return recycler().counts(); }

void release_recycled_buffers() { recycler().release(); }

}  // namespace mdsm
