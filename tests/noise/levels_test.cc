#include "mdsm/noise/levels.h"

#include <gtest/gtest.h>

#include "mdsm/noise/corrupt.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

TEST(NoiseLevels, GridsHaveTheirEndsAndSpacing) {
  const Tensor linear = linear_levels(0.05, 1.2, 128);
  EXPECT_DOUBLE_EQ(linear[0].item<double>(), 0.05);
  EXPECT_DOUBLE_EQ(linear[127].item<double>(), 1.2);
  testing::expect_close(linear.diff(), at::full({127}, 1.15 / 127, at::kDouble), 1e-12);
  const Tensor geometric = geometric_levels(0.1, 3, 128);
  EXPECT_EQ(geometric[0].item<double>(), 0.1);
  EXPECT_EQ(geometric[127].item<double>(), 3);
  testing::expect_close(geometric.log().diff(), at::full({127}, std::log(30.0) / 127, at::kDouble), 1e-12);
  EXPECT_EQ(geometric_levels(0.5, 0.5, 1).item<double>(), 0.5);
  expect_error([] { geometric_levels(0, 1, 3); }, "0 < smallest");
  expect_error([] { linear_levels(2, 1, 3); }, "0 < smallest");
}

TEST(NoiseLevels, OneLevelASlotIsThePapersGrid) {
  const NoiseLevels levels({.sigma_min = 0.1, .sigma_max = 3, .levels = "geometric"}, 128, 1);
  EXPECT_TRUE(at::equal(levels.at_step(5, 0, 128), geometric_levels(0.1, 3, 128).to(at::kFloat)));
  EXPECT_TRUE(at::equal(levels.at_step(9, 32, 64), levels.at_step(5, 0, 128).narrow(0, 32, 64)));
}

TEST(NoiseLevels, AGridOfAnotherSizeIsUsedEvenly) {
  const NoiseLevels levels({.sigma_min = 1, .sigma_max = 5, .levels = "linear", .count = 5}, 8, 1);
  Tensor counts = at::zeros({5}, at::kLong);
  for (uint32_t step = 0; step < 1000; ++step) {
    const Tensor sigma = levels.at_step(step, 0, 8);
    EXPECT_TRUE(at::equal(sigma, sigma.round()));
    counts += at::bincount(sigma.to(at::kLong) - 1, {}, 5);
  }
  // 8000 draws; each level's count has a standard deviation below sqrt(8000 * 0.2 * 0.8) = 36: false alarms below 1e-5.
  for (int64_t i = 0; i < 5; ++i) EXPECT_NEAR(counts[i].item<double>(), 1600, 4.5 * 36);
}

TEST(NoiseLevels, ContinuousLevelsAreStratifiedAndFresh) {
  const NoiseLevels levels({.sigma_min = 0.1, .sigma_max = 3, .levels = "continuous"}, 64, 1);
  const Tensor a = levels.at_step(0, 0, 64);
  const Tensor place = (a.to(at::kDouble) / 0.1).log() / std::log(30.0) * 64;
  EXPECT_GE((place - at::arange(64, at::kDouble)).min().item<double>(), -1e-4);
  EXPECT_LE((place - at::arange(64, at::kDouble)).max().item<double>(), 1 + 1e-4);
  EXPECT_FALSE(at::equal(a, levels.at_step(1, 0, 64)));
  EXPECT_TRUE(at::equal(levels.at_step(0, 10, 20), a.narrow(0, 10, 20)));
}

TEST(NoiseBands, MeansByBand) {
  const NoiseBands bands(0.1, 10, 2);  // the limit is sigma = 1
  const Tensor sigma = at::tensor({0.05F, 0.5F, 2.0F, 20.0F});
  EXPECT_TRUE(at::equal(bands.of(sigma), at::tensor({0, 0, 1, 1}, at::kLong)));
  EXPECT_EQ(bands.means(sigma, at::tensor({1.0F, 3.0F, 5.0F, 9.0F})), (std::vector<double>{2, 7}));
  EXPECT_TRUE(std::isnan(bands.means(at::tensor({0.2F}), at::tensor({1.0F}))[1]));
  EXPECT_NEAR(bands.limits()[1], 1, 1e-12);
}

TEST(Corrupt, AddsNoiseOfTheGivenSize) {
  const Tensor x = at::rand({4, 1, 64, 64});
  const Tensor sigma = at::tensor({0.1F, 1.0F, 2.0F, 3.0F});
  const RandomRows rows = RandomRows::slots(1, Stream::training_noise, 0, 4);
  const Tensor noisy = corrupt(x, sigma, rows, 7);
  // The root mean square of 4096 normal numbers is within 4.5/sqrt(2*4096) of 1: false alarms below 4 * 7e-6.
  const Tensor size = (noisy - x).flatten(1).pow(2).mean(1).sqrt() / sigma;
  for (int64_t i = 0; i < 4; ++i) EXPECT_NEAR(size[i].item<double>(), 1, 0.05);
  testing::expect_close(noisy.narrow(0, 1, 2), corrupt(x.narrow(0, 1, 2), sigma.narrow(0, 1, 2), rows.narrow(1, 2), 7),
                        0);
  expect_error([&] { corrupt(x, at::ones({3}), rows, 0); }, "each datum has its own noise level");
}

}  // namespace
}  // namespace mdsm
