#include "mdsm/base/shown.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

TEST(Shown, IsALineOfLimitedLength) {
  EXPECT_EQ(shown("a b"), "a b");
  EXPECT_EQ(shown("a\nb\x7f\tc\n"), "a b  c");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("\n"), "");
  EXPECT_EQ(shown("abcdef", 6), "abcdef");
  EXPECT_EQ(shown("abcdefg", 6), "abcdef...");
  EXPECT_EQ(shown("ab\u00e4cd", 3), "ab...");
  EXPECT_EQ(shown("ab\u00e4cd", 4), "ab\u00e4...");
}

}  // namespace
}  // namespace mdsm
