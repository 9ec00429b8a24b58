#include "mdsm/base/rng.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "support/expect_error.h"

namespace mdsm {
namespace {

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Philox, KnownAnswers) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// Mean, variance, third and fourth moment of 2^20 numbers within 4.5 standard errors: false alarms below 4 * 7e-6.
TEST(Rng, NormalMoments) {
  constexpr int64_t kCount = 1 << 20;
  const Tensor z = RandomRows::slots(7, Stream::data, 0, 1024).normal(3, {1024}, at::kDouble).flatten();
  const double standard_error = 1 / std::sqrt(double{kCount});
  EXPECT_NEAR(z.mean().item<double>(), 0, 4.5 * standard_error);
  EXPECT_NEAR(z.pow(2).mean().item<double>(), 1, 4.5 * std::sqrt(2.0) * standard_error);
  EXPECT_NEAR(z.pow(3).mean().item<double>(), 0, 4.5 * std::sqrt(15.0) * standard_error);
  EXPECT_NEAR(z.pow(4).mean().item<double>(), 3, 4.5 * std::sqrt(96.0) * standard_error);
}

// The counts of 64 cells of [0, 1) against a chi-square of 63 degrees; 131.4 is its 1 - 1e-6 quantile.
TEST(Rng, UniformChiSquare) {
  const Tensor u = RandomRows::slots(11, Stream::data, 0, 256).uniform(0, {1000}).flatten();
  EXPECT_GE(u.min().item<float>(), 0.0F);
  EXPECT_LT(u.max().item<float>(), 1.0F);
  const Tensor counts = at::bincount((u * 64).to(at::kLong), {}, 64).to(at::kDouble);
  const double expected = 256000.0 / 64;
  EXPECT_LT(((counts - expected).pow(2) / expected).sum().item<double>(), 131.4);
}

TEST(Rng, RowsDoNotDependOnTheBatch) {
  const RandomRows all = RandomRows::slots(5, Stream::training_noise, 0, 8);
  const Tensor whole = all.normal(2, {3, 5});
  EXPECT_TRUE(at::equal(all.narrow(3, 2).normal(2, {3, 5}), whole.narrow(0, 3, 2)));
  EXPECT_TRUE(at::equal(RandomRows::slots(5, Stream::training_noise, 3, 2).normal(2, {3, 5}), whole.narrow(0, 3, 2)));
  const std::vector<uint64_t> seeds{9, 4};
  const std::vector<uint64_t> one{4};
  EXPECT_TRUE(at::equal(RandomRows::seeds(seeds, Stream::chain_step).normal(1, {7})[1],
                        RandomRows::seeds(one, Stream::chain_step).normal(1, {7})[0]));
}

TEST(Rng, EveryPartOfTheKeyMatters) {
  std::set<float> seen;
  for (uint64_t seed : {uint64_t{1}, uint64_t{1} << 40}) {
    for (Stream stream : {Stream::shuffle, Stream::data}) {
      for (uint32_t step : {0U, 1U}) {
        for (uint32_t slot : {0U, 1U}) {
          std::array<float, 6> row{};
          fill_normal({seed, stream, step, slot}, row);
          seen.insert(row.begin(), row.end());
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 16U * 6U);
}

TEST(Rng, PermutationHoldsEveryIndexOnce) {
  std::vector<int64_t> order = permutation({3, Stream::shuffle, 0, 0}, 1000);
  EXPECT_NE(order, permutation({3, Stream::shuffle, 1, 0}, 1000));
  std::sort(order.begin(), order.end());
  std::vector<int64_t> expected(1000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
}

TEST(Rng, IntegersCoverTheirRange) {
  std::array<int, 5> counts{};
  for (uint32_t i = 0; i < 5000; ++i) ++counts.at(integer_at({1, Stream::data, 0, 0}, i, 5));
  for (int count : counts) EXPECT_NEAR(count, 1000, 4.5 * std::sqrt(800.0));  // false alarms below 5 * 7e-6
  testing::expect_error([] { integer_at({}, 0, 0); }, "bound is 0");
}

}  // namespace
}  // namespace mdsm
