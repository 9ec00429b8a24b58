#include "mdsm/benchmark/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "benchmark/tiny_case.h"

namespace mdsm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Explain, ListsTheOpsBeforeAndAfterFolding) {
  const std::string text = explain(testing::tiny_case(), {}, 1);
  EXPECT_THAT(text, HasSubstr("tiny, fp32, batch 4"));
  const size_t folded = text.find("The ops that run, folded:");
  ASSERT_NE(folded, std::string::npos);
  EXPECT_THAT(text.substr(0, folded), HasSubstr("mean pool 2x2"));
  EXPECT_THAT(text.substr(folded), HasSubstr("conv 4x4 stride 2 for 3x3 and mean pool, 2 -> 4"));
  EXPECT_THAT(text, HasSubstr("all as LibTorch does them"));
}

TEST(Explain, SaysWhatWasTurnedOffAndWhatWasChosen) {
  GraphOptions options{.arithmetic = at::kBFloat16, .folds = Folds::off};
  options.conv_choice = std::make_shared<ConvChoice>();
  const std::string text = explain(testing::tiny_case(), options, 1);
  EXPECT_THAT(text, HasSubstr("tiny, bf16, batch 4"));
  EXPECT_THAT(text, HasSubstr("the same: folds are off"));
  EXPECT_THAT(text, Not(HasSubstr("all as LibTorch does them")));
}

}  // namespace
}  // namespace mdsm
