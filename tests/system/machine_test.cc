#include "mdsm/system/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Confines the process to one of its processors while it lives.
class OneProcessor {
 public:
  OneProcessor() {
    CPU_ZERO(&before_);
    sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (size_t i = 0; i < size_t{CPU_SETSIZE} && CPU_COUNT(&one) == 0; ++i) {
      if (CPU_ISSET(i, &before_)) CPU_SET(i, &one);
    }
    confined_ = sched_setaffinity(0, sizeof(one), &one) == 0;
  }
  ~OneProcessor() { sched_setaffinity(0, sizeof(before_), &before_); }
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;
  bool confined() const { return confined_; }

 private:
  cpu_set_t before_{};
  bool confined_ = false;
};

TEST(Machine, CountsTheProcessorsThatAreAllowed) {
  EXPECT_GE(processor_count(), 1);
  const OneProcessor one;
  if (!one.confined()) GTEST_SKIP() << "processors cannot be chosen here";
  EXPECT_EQ(processor_count(), 1);
  EXPECT_THAT(machine_description(), HasSubstr("1 core"));
  EXPECT_THAT(machine_description(), Not(HasSubstr("1 cores")));
}

TEST(Machine, ADescriptionIsOneLineWithItsMemory) {
  const std::string text = machine_description();
  EXPECT_THAT(text, HasSubstr(this_processor().name));
  EXPECT_THAT(text, HasSubstr(" GiB"));
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(Machine, FlagsAreWords) {
  const std::string flags = this_processor().flags;
  if (flags.empty()) GTEST_SKIP() << "the kernel does not tell";
  EXPECT_THAT(flags, HasSubstr(" "));
  EXPECT_THAT(flags, Not(HasSubstr(":")));
}

}  // namespace
}  // namespace mdsm
