#include "mdsm/base/seeds.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;
using Seeds = std::vector<uint64_t>;

TEST(Seeds, Consecutive) {
  EXPECT_EQ(consecutive_seeds(7, 3), (Seeds{7, 8, 9}));
  EXPECT_EQ(consecutive_seeds(uint64_t{1} << 40, 2), (Seeds{uint64_t{1} << 40, (uint64_t{1} << 40) + 1}));
  EXPECT_TRUE(consecutive_seeds(7, 0).empty());
}

TEST(Seeds, ListsAndRanges) {
  EXPECT_EQ(parse_seeds("5"), (Seeds{5}));
  EXPECT_EQ(parse_seeds("0-3"), (Seeds{0, 1, 2, 3}));
  EXPECT_EQ(parse_seeds("1,4,8-10"), (Seeds{1, 4, 8, 9, 10}));
  EXPECT_EQ(parse_seeds("4,2,4"), (Seeds{4, 2, 4}));
  EXPECT_EQ(parse_seeds("3-3"), (Seeds{3}));
  EXPECT_EQ(parse_seeds("007"), (Seeds{7}));
}

TEST(Seeds, LargeOnesAreWhole) {
  EXPECT_EQ(parse_seeds("9999999999999999999"), (Seeds{9'999'999'999'999'999'999U}));
  EXPECT_EQ(parse_seeds("9999999999999999998-9999999999999999999").size(), 2U);
  EXPECT_EQ(parse_seeds("0-99999").size(), 100000U);
}

TEST(Seeds, WhatIsNoListIsAnError) {
  expect_error([] { parse_seeds(""); }, "seeds: the list is empty");
  expect_error([] { parse_seeds("1,,2"); }, "seeds 1,,2: '' is not a seed");
  expect_error([] { parse_seeds("-3"); }, "'' is not a seed");
  expect_error([] { parse_seeds("1-"); }, "'' is not a seed");
  expect_error([] { parse_seeds("1-2-3"); }, "'2-3' is not a seed");
  expect_error([] { parse_seeds("1 2"); }, "'1 2' is not a seed");
  expect_error([] { parse_seeds("1.5"); }, "'1.5' is not a seed");
  expect_error([] { parse_seeds("10000000000000000000"); }, "is not a seed");  // 20 digits
  expect_error([] { parse_seeds("3-1"); }, "the range 3-1 falls");
  expect_error([] { parse_seeds("0-99999999"); }, "more than 1000000 (at 0-99999999)");
  expect_error([] { parse_seeds("0-999999,7"); }, "more than 1000000 (at 7)");
  EXPECT_EQ(parse_seeds("0-999999").size(), 1'000'000U);
}

}  // namespace
}  // namespace mdsm
