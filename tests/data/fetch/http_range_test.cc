#include "mdsm/data/fetch/http_range.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

TEST(HttpRange, AValidatorIsAStrongTagOrADate) {
  const std::string date = "Tue, 15 Nov 1994 12:45:26 GMT";
  EXPECT_EQ(range_validator("\"abc\"", date), "\"abc\"");
  EXPECT_EQ(range_validator("W/\"abc\"", date), date);
  EXPECT_EQ(range_validator("W/\"abc\"", ""), "");
  EXPECT_EQ(range_validator("", date), date);
  EXPECT_EQ(range_validator("", ""), "");
}

TEST(HttpRange, Start) {
  EXPECT_EQ(range_start("bytes 100-199/200"), 100);
  EXPECT_EQ(range_start("bytes 0-199/*"), 0);
  for (const char* bad : {"bytes */200", "items 1-2/3", "bytes 7", "bytes 99999999999999999999-1/2", ""}) {
    EXPECT_EQ(range_start(bad), -1) << bad;
  }
}

}  // namespace
}  // namespace mdsm
