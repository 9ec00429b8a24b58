#include "mdsm/base/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace mdsm {
namespace {

const std::vector<std::string> kNames{"resnet", "unet", "mlp", "quadratic"};

TEST(Nearest, DistancesByHand) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("batch", "bacth"), 1U);  // a swap of neighbours
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);       // no letter is changed twice: 2 without that rule
  EXPECT_EQ(edit_distance("Batch", "batch"), 1U);
}

// A distance: symmetric, 0 between equals alone, within the triangle of a deletion and an insertion.
TEST(Nearest, DistanceLaws) {
  const std::vector<std::string> words{"", "a", "b", "ab", "ba", "abc", "acb", "resnet", "resent", "batch"};
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      const size_t distance = edit_distance(a, b);
      EXPECT_EQ(distance, edit_distance(b, a));
      EXPECT_EQ(distance == 0, a == b);
      EXPECT_GE(distance, a.size() > b.size() ? a.size() - b.size() : b.size() - a.size());
      EXPECT_LE(distance, std::max(a.size(), b.size()));
    }
  }
}

TEST(Nearest, TheNearestNameOrNone) {
  EXPECT_EQ(nearest_name("resnte", kNames), "resnet");
  EXPECT_EQ(nearest_name("unte", kNames), "unet");
  EXPECT_EQ(nearest_name("mlp", kNames), "mlp");
  EXPECT_EQ(nearest_name("quadrtc", kNames), "quadratic");
  EXPECT_EQ(nearest_name("transformer", kNames), "");
  EXPECT_EQ(nearest_name("resnet", {}), "");
  EXPECT_EQ(nearest_name("ab", std::vector<std::string>{"abc", "abd"}), "abc");  // the first of equals
}

TEST(Nearest, TheEndOfAnErrorText) {
  EXPECT_EQ(did_you_mean("resnt", kNames), " Did you mean 'resnet'?");
  EXPECT_EQ(did_you_mean("transformer", kNames), "");
}

}  // namespace
}  // namespace mdsm
