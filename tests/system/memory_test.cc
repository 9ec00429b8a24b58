#include "mdsm/system/memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace mdsm {
namespace {

constexpr size_t kSize = size_t{128} << 20;
constexpr int64_t kMost = int64_t{120} << 20;  // other parts of the process come and go
constexpr int64_t kLittle = int64_t{8} << 20;

/// Fresh memory of the system, each page touched.
class Pages {
 public:
  Pages() : data_(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (data_ != MAP_FAILED) std::memset(data_, 1, kSize);
  }
  ~Pages() {
    if (data_ != MAP_FAILED) munmap(data_, kSize);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  bool there() const { return data_ != MAP_FAILED; }

 private:
  void* data_;
};

TEST(Memory, ResidentBytesFollowWhatIsTouched) {
  const int64_t before = resident_bytes();
  if (before == 0) GTEST_SKIP() << "the kernel does not tell";
  {
    const Pages pages;
    ASSERT_TRUE(pages.there());
    EXPECT_GT(resident_bytes(), before + kMost);
    EXPECT_GE(peak_resident_bytes(), before + kMost);
  }
  EXPECT_LT(resident_bytes(), before + kLittle);
  EXPECT_GE(peak_resident_bytes(), before + kMost);
}

TEST(Memory, ThePeakCanBeSetBack) {
  { const Pages pages; }
  const int64_t peak = peak_resident_bytes();
  if (!reset_peak_resident_bytes()) GTEST_SKIP() << "the kernel does not allow it";
  EXPECT_LT(peak_resident_bytes(), peak - kMost / 2);
  EXPECT_LT(peak_resident_bytes(), resident_bytes() + kLittle);
}

TEST(Memory, WhatIsAvailableIsPartOfTheMachine) {
  const int64_t machine = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  EXPECT_GT(available_memory(), 0);
  EXPECT_LE(available_memory(), machine);
}

}  // namespace
}  // namespace mdsm
