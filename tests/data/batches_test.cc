#include "mdsm/data/batches.h"

#include <set>

#include "mdsm/base/rng.h"
#include "mdsm/data/synthetic.h"
#include "support/expect_error.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TensorSource;

std::shared_ptr<const Source> numbered(int64_t count) {
  return std::make_shared<TensorSource>(at::arange(count, at::kFloat).view({count, 1}));
}

std::vector<int64_t> places(const Batches& batches, int64_t batch, int64_t first_step, int64_t steps) {
  std::vector<int64_t> all;
  for (int64_t step = first_step; step < first_step + steps; ++step) {
    for (int64_t index : batches.indices(step, 0, batch)) all.push_back(index);
  }
  return all;
}

// 10 data in batches of 4: five steps are two epochs, and the third step straddles them.
TEST(Batches, EveryEpochSeesEachDatumOnce) {
  const Batches batches(numbered(10), 4, 1, Flip::none);
  const std::vector<int64_t> order = places(batches, 4, 0, 5);
  const std::vector<int64_t> first(order.begin(), order.begin() + 10);
  const std::vector<int64_t> second(order.begin() + 10, order.end());
  EXPECT_EQ(std::set<int64_t>(first.begin(), first.end()).size(), 10U);
  EXPECT_EQ(std::set<int64_t>(second.begin(), second.end()).size(), 10U);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, permutation({1, Stream::shuffle, 0, 0}, 10));
}

TEST(Batches, ABatchMayBeLargerThanTheSet) {
  const Batches batches(numbered(3), 8, 1, Flip::none);
  std::vector<int64_t> order = places(batches, 8, 0, 3);
  for (size_t epoch = 0; epoch < 8; ++epoch) {
    EXPECT_EQ(std::set<int64_t>(order.begin() + static_cast<std::ptrdiff_t>(3 * epoch),
                                order.begin() + static_cast<std::ptrdiff_t>(3 * epoch + 3))
                  .size(),
              3U);
  }
}

TEST(Batches, AStepDependsOnNothingBeforeIt) {
  const Batches used(numbered(100), 7, 5, Flip::none);
  places(used, 7, 0, 50);
  const Batches fresh(numbered(100), 7, 5, Flip::none);
  for (int64_t step : {49, 3, 31}) EXPECT_EQ(fresh.indices(step, 0, 7), used.indices(step, 0, 7)) << step;
}

TEST(Batches, AnotherSeedIsAnotherOrder) {
  EXPECT_NE(Batches(numbered(100), 10, 1, Flip::none).indices(0, 0, 10),
            Batches(numbered(100), 10, 2, Flip::none).indices(0, 0, 10));
}

/// Images whose left edge is brighter than their right one: a mirrored one shows.
std::shared_ptr<const Source> sided(int64_t count) {
  const Tensor row = at::tensor({1.0F, 0.0F});
  return std::make_shared<TensorSource>(row.view({1, 1, 1, 2}).expand({count, 1, 2, 2}).contiguous());
}

TEST(Batches, PartsOfABatchAreThoseOfTheWhole) {
  const Batches batches(sided(50), 12, 9, Flip::horizontal);
  const Tensor whole = batches.read(4, 0, 12);
  EXPECT_TRUE(at::equal(at::cat({batches.read(4, 0, 5), batches.read(4, 5, 7)}), whole));
}

// 64 x 200 flips of a fair coin: within 4.5 standard deviations of a half, false alarms below 7e-6.
TEST(Batches, HalfOfTheImagesAreMirrored) {
  const Batches batches(sided(64), 64, 3, Flip::horizontal);
  double mirrored = 0;
  for (int64_t step = 0; step < 200; ++step)
    mirrored += batches.read(step, 0, 64).select(3, 1).mean().item<double>() / 200;
  EXPECT_NEAR(mirrored, 0.5, 4.5 * 0.5 / std::sqrt(64.0 * 200));
  EXPECT_FALSE(at::equal(batches.read(0, 0, 64), batches.read(1, 0, 64)));
  EXPECT_TRUE(at::equal(Batches(sided(64), 64, 3, Flip::none).read(0, 0, 64).select(3, 0), at::ones({64, 1, 2})));
}

TEST(Batches, AnEndlessSourceIsReadInOrder) {
  const Batches batches(synthetic_source("strokes", Split::train), 4, 1, Flip::none);
  EXPECT_EQ(batches.indices(1000000, 1, 2), (std::vector<int64_t>{4000001, 4000002}));
}

TEST(Batches, RefusesWhatIsNotThere) {
  expect_error([] { Batches(numbered(5), 0, 1, Flip::none); }, "train.batch");
  expect_error([] { Batches(numbered(5), 2, 1, Flip::horizontal); }, "data.flip");
  expect_error([] { Batches(numbered(5), 2, 1, Flip::none).indices(0, 1, 2); }, "slots 1 to 2 of 2");
}

}  // namespace
}  // namespace mdsm
