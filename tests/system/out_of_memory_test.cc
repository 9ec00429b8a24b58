#include "mdsm/system/out_of_memory.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mdsm {
namespace {

using ::testing::HasSubstr;

std::string told(const std::exception& error) { return out_of_memory_text(error).value_or(""); }

TEST(MessagesOfMemory, SayHowMuchWasAskedFor) {
  EXPECT_THAT(told(OutOfMemory(int64_t{3} << 30)), HasSubstr("3.00 GiB asked for at once, "));
  EXPECT_THAT(OutOfMemory(1024).what(), HasSubstr("1.00 KiB asked for at once"));
  EXPECT_THAT(told(std::bad_alloc()), HasSubstr("are free"));
  EXPECT_EQ(told(std::runtime_error("something else")), "");
}

// LibTorch's own words, for 2^60 bytes.
TEST(MessagesOfMemory, KnowThoseOfLibTorch) {
  try {
    at::empty({int64_t{1} << 60}, at::kByte);
    FAIL() << "2^60 bytes were given";
  } catch (const std::exception& error) {
    EXPECT_THAT(told(error), HasSubstr("out of memory (1.00 EiB asked for at once"));
  }
}

}  // namespace
}  // namespace mdsm
