#include "mdsm/noise/eight_bits.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

RandomRows rows(int64_t first, int64_t count) {
  return RandomRows::slots(3, Stream::eight_bits, static_cast<uint32_t>(first), count);
}

TEST(EightBits, ClipsAndRounds) {
  const Tensor x = at::tensor({-0.2F, 0.0F, 0.4F / 255, 0.6F / 255, 0.5F, 254.6F / 255, 1.3F});
  const Tensor expected = at::tensor({0.0F, 0.0F, 0.0F, 1.0F / 255, 128.0F / 255, 1.0F, 1.0F});
  EXPECT_TRUE(at::allclose(as_eight_bits(x), expected, 0, 1e-7));
}

// 2000 data at 0.3: the part is within 5 standard errors (0.051); a false alarm once in two million seeds.
TEST(EightBits, ChoosesThePartByItsRow) {
  const Tensor noisy = at::rand({2000, 1, 2, 2}) + 0.123F;
  const Tensor mixed = with_eight_bits(noisy, 0.3, rows(0, 2000), 5);
  const Tensor same = (mixed == noisy).flatten(1).all(1);
  const Tensor rounded = (mixed == as_eight_bits(noisy)).flatten(1).all(1);
  EXPECT_TRUE(at::logical_xor(same, rounded).all().item<bool>());
  EXPECT_NEAR(rounded.to(at::kDouble).mean().item<double>(), 0.3, 0.051);
  EXPECT_TRUE(at::equal(with_eight_bits(noisy.narrow(0, 100, 50), 0.3, rows(100, 50), 5), mixed.narrow(0, 100, 50)));
  EXPECT_FALSE(at::equal(with_eight_bits(noisy, 0.3, rows(0, 2000), 6), mixed));
  EXPECT_TRUE(with_eight_bits(noisy, 0, rows(0, 2000), 5).is_same(noisy));
  EXPECT_TRUE(at::equal(with_eight_bits(noisy, 1, rows(0, 2000), 5), as_eight_bits(noisy)));
}

TEST(EightBits, NeedsARowADatum) {
  testing::expect_error([] { with_eight_bits(at::zeros({2, 3}), 0.5, rows(0, 3), 0); }, "3 rows");
}

}  // namespace
}  // namespace mdsm
