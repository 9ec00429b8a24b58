#include "mdsm/base/named.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

struct Row {
  std::string name;
  int value;
};

const std::vector<Row> kTable{{"resnet", 1}, {"unet", 2}, {"unet", 3}};

TEST(Named, NamesInOrder) { EXPECT_EQ(names_of(kTable), (std::vector<std::string>{"resnet", "unet", "unet"})); }

TEST(Named, TheRowOfAName) {
  EXPECT_EQ(find_named(kTable, "resnet", "energy.kind").value, 1);
  EXPECT_EQ(&find_named(kTable, "unet", "energy.kind"), &kTable[1]);  // the first of equals, not a copy
}

TEST(Named, ThePlaceOfAName) {
  EXPECT_EQ(index_of_name("a", {"a", "b"}, "x"), 0U);
  EXPECT_EQ(index_of_name("b", {"a", "b"}, "x"), 1U);
}

TEST(Named, AWrongNameTellsWhatIsKnownAndTheNearest) {
  const std::string text = "energy.kind = 'resnt' (known: resnet, unet, unet). Did you mean 'resnet'?";
  expect_error([] { find_named(kTable, "resnt", "energy.kind"); }, text);
  expect_error([] { reject_name("resnt", names_of(kTable), "energy.kind"); }, text);
  expect_error([] { index_of_name("", {"spring"}, "season"); }, "season = '' (known: spring).");
  expect_error([] { index_of_name("Spring", {"spring"}, "season"); }, "Did you mean 'spring'?");
}

}  // namespace
}  // namespace mdsm
