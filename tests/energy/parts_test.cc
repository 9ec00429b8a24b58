#include "mdsm/energy/parts.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/energy/build.h"
#include "mdsm/energy/networks/resnet.h"
#include "mdsm/energy/networks/unet.h"
#include "mdsm/energy/part_sizes.h"

namespace mdsm {
namespace {

/// Every row once, in order, in a part that has room for it.
void expect_covers(const std::vector<std::vector<Part>>& shares, int64_t count, const std::vector<int64_t>& sizes) {
  int64_t next = 0;
  for (const auto& share : shares) {
    for (const Part& part : share) {
      EXPECT_EQ(part.first, next);
      EXPECT_LE(part.count, part.size);
      EXPECT_TRUE(std::find(sizes.begin(), sizes.end(), part.size) != sizes.end()) << part.size;
      next += part.count;
    }
  }
  EXPECT_EQ(next, count);
}

TEST(SeedAloneParts, CoverEveryBatch) {
  for (const std::vector<int64_t>& sizes :
       {std::vector<int64_t>{1}, {16}, {2, 4, 8, 16}, {1, 2, 4, 8, 16}, {4, 64}, {2, 4, 8, 16, 32, 64}}) {
    for (int64_t count = 1; count < 200; count += count < 20 ? 1 : 17) {
      for (const int64_t threads : {1, 2, 7}) {
        const auto shares = shares_of(count, sizes, threads);
        EXPECT_LE(shares.size(), static_cast<size_t>(threads));
        expect_covers(shares, count, sizes);
      }
    }
  }
}

TEST(SeedAloneParts, AreNoLargerThanTheyNeedBe) {
  const std::vector<int64_t> sizes{2, 4, 8, 16, 32, 64};
  EXPECT_EQ(shares_of(128, sizes, 2), (std::vector<std::vector<Part>>{{{0, 64, 64}}, {{64, 64, 64}}}));
  EXPECT_EQ(shares_of(16, sizes, 2), (std::vector<std::vector<Part>>{{{0, 8, 8}}, {{8, 8, 8}}}));
  EXPECT_EQ(shares_of(1, sizes, 2), (std::vector<std::vector<Part>>{{{0, 1, 2}}}));
  EXPECT_EQ(shares_of(96, sizes, 1), (std::vector<std::vector<Part>>{{{0, 64, 64}, {64, 32, 32}}}));
}

Tensor rows(int64_t count) { return RandomRows::slots(1, Stream::data, 0, count).normal(0, {3}); }

ValueAndGradient squares(const Tensor& x) { return {x.square().sum(1), 2 * x}; }

TEST(SeedAloneParts, SizesAreThoseThatAgree) {
  EXPECT_EQ(agreeing_sizes(squares, rows(8)), (std::vector<int64_t>{1, 2, 4, 8}));
  // Another kernel below four rows.
  const auto two_kernels = [](const Tensor& x) {
    ValueAndGradient at = squares(x);
    if (x.size(0) < 4) at.gradient = at.gradient * (1 + 1e-6);
    return at;
  };
  EXPECT_EQ(agreeing_sizes(two_kernels, rows(8)), (std::vector<int64_t>{4, 8}));
  // The last row is another kernel's: no size is good but one.
  const auto by_place = [](const Tensor& x) {
    ValueAndGradient at = squares(x);
    at.value[x.size(0) - 1] += 1e-5;
    return at;
  };
  EXPECT_EQ(agreeing_sizes(by_place, rows(8)), (std::vector<int64_t>{1}));
  // What is not a number agrees with nothing.
  const auto lost = [](const Tensor& x) { return ValueAndGradient{x.sum(1) * NAN, x}; };
  EXPECT_EQ(agreeing_sizes(lost, rows(8)), (std::vector<int64_t>{1}));
}

int64_t largest_part(const UNetSpec& spec) {
  return Parts(Program(unet_graph(spec), unet_parameters(spec, 0), at::kFloat)).largest();
}

TEST(SeedAloneParts, TheLargestIsWorthItsStart) {
  EXPECT_EQ(largest_part({.image = {1, 32, 32}, .width = 16}), 64);
  EXPECT_EQ(largest_part({.image = {1, 256, 256}, .width = 16}), 1);  // enough work alone
  // Weights of many channels are laid out for each part.
  const ResNetSpec wide{.image = {1, 32, 32}, .width = 64, .depth = 12};
  EXPECT_EQ(Parts(Program(resnet_graph(wide), resnet_parameters(wide, 0), at::kFloat)).largest(), 32);
}

TEST(SeedAloneParts, TheTestsWeightsHideNothing) {
  const auto energy = build_energy({.kind = "resnet", .width = 4, .depth = 6}, {1, 16, 16}, 0);
  const Parameters weights = test_weights(energy->parameters());
  energy->parameters().assign(weights);
  const ValueAndGradient at = energy->value_and_gradient(test_data(4, {1, 16, 16}, at::kFloat));
  EXPECT_TRUE(at.value.isfinite().all().item<bool>());
  EXPECT_TRUE((at.gradient != 0).all().item<bool>());
}

}  // namespace
}  // namespace mdsm
