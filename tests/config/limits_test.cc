// What numbers an option may take, in words.
#include "mdsm/config/limits.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(MessagesOfLimits, SayWhatIsAllowedInFewDigits) {
  EXPECT_EQ(to_text(at_least(1)), "at least 1");
  EXPECT_EQ(to_text(above(0)), "above 0");
  EXPECT_EQ(to_text(between(0, 0.5)), "from 0 to 0.5");
  EXPECT_EQ(to_text(between(0, 0x1p62)), "from 0 to 4611686018427387904");
  EXPECT_EQ(to_text({.max = 3, .choices = {}}), "at most 3");
  EXPECT_EQ(to_text({.min = 0, .max = 1, .open_min = true, .choices = {}}), "above 0 and at most 1");
  EXPECT_EQ(to_text(one_of({"a", "b"})), "one of: a, b");
  EXPECT_EQ(to_text(any()), "");
}

TEST(MessagesOfLimits, NothingThatIsNotFiniteIsWithinAny) {
  for (const double value : {kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_FALSE(within(any(), value));
    EXPECT_FALSE(within(at_least(0), value));
  }
  EXPECT_TRUE(within(any(), 1e300));
  EXPECT_EQ(to_text(limits_for(any(), 1e300)), "at most 1000000000000000000");
  EXPECT_EQ(to_text(limits_for(above(0), kInfinity)), "above 0 and at most 1000000000000000000");
  EXPECT_EQ(to_text(limits_for(any(), 5.0)), "");
}

TEST(MessagesOfLimits, IntegersStayWhereSumsDoNotOverflow) {
  EXPECT_EQ(to_text(limits_for(at_least(1), int64_t{5})), "at least 1");
  EXPECT_EQ(to_text(limits_for(at_least(1), std::numeric_limits<int64_t>::max())), "from 1 to 9007199254740992");
  EXPECT_EQ(limits_for(between(0, 0x1p62), std::numeric_limits<int64_t>::max()).max, 0x1p62);
}

}  // namespace
}  // namespace mdsm
