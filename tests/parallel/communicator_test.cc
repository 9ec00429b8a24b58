#include "mdsm/parallel/communicator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "mdsm/parallel/share.h"
#include "support/rank_threads.h"

namespace mdsm {
namespace {

using testing::expect_ranks;
using testing::run_ranks;

/// Numbers whose sum depends on the order in which they are added up.
Tensor numbers_of(int rank) {
  Tensor x = at::arange(1, 12, at::kFloat);
  return x.mul_(rank % 3 == 1 ? -1e7 : 1.1).add_(0.37 * rank);
}

TEST(Communicator, AloneNothingHappens) {
  Communicator alone;
  const Tensor x = numbers_of(2);
  const Tensor before = x.clone();
  alone.sum(x);
  alone.broadcast(x);
  alone.fill_in(x, {0, 3});
  EXPECT_TRUE(at::equal(x, before));
  EXPECT_EQ(alone.gather("me"), std::vector<std::string>{"me"});
  EXPECT_TRUE(alone.any(true));
  EXPECT_FALSE(alone.any(false));
  EXPECT_TRUE(alone.leads());
  EXPECT_EQ(alone.waited(), 0);
}

class Sizes : public ::testing::TestWithParam<int> {};

TEST_P(Sizes, SumsAreTheSameBytesOnEveryRank) {
  const int size = GetParam();
  std::mutex mutex;
  Tensors sums;
  expect_ranks(size, [&](Communicator& ranks) {
    const Tensor x = numbers_of(ranks.rank());
    ranks.sum(x);
    const Tensor whole = at::full({}, ranks.rank() + 1, at::kLong);
    ranks.sum(whole);
    EXPECT_EQ(whole.item<int64_t>(), size * (size + 1) / 2);
    const std::lock_guard lock(mutex);
    sums.push_back(x);
  });
  Tensor expected = at::zeros({11}, at::kDouble);
  for (int rank = 0; rank < size; ++rank) expected += numbers_of(rank).to(at::kDouble);
  ASSERT_EQ(sums.size(), static_cast<size_t>(size));
  for (const Tensor& sum : sums) {
    EXPECT_TRUE(at::equal(sum, sums[0]));
    EXPECT_LT((sum.to(at::kDouble) - expected).abs().max().item<double>(), 40.0);  // of 1e8: float32
  }
}

TEST_P(Sizes, RowsAreFilledInToTheBit) {
  const int size = GetParam();
  const int64_t total = 5;  // fewer than ranks, too
  Tensor expected = at::arange(15, at::kFloat).view({total, 3}).clone();
  expected[1][0] = -0.0;
  expected[4][2] = std::nan("");
  expect_ranks(size, [&](Communicator& ranks) {
    const Rows own = ranks.rows(total);
    const Tensor got = rows_of_all(ranks, total, [&](const Rows& rows) {
      EXPECT_EQ(rows.first, own.first);
      EXPECT_EQ(job().size(), 1);  // alone meanwhile
      return expected.narrow(0, rows.first, rows.count).clone();
    });
    EXPECT_TRUE(at::equal(got.view(at::kInt), expected.view(at::kInt)));
  });
}

TEST_P(Sizes, TextsAndTensorsTravel) {
  const int size = GetParam();
  expect_ranks(size, [&](Communicator& ranks) {
    const std::string mine(static_cast<size_t>(3 * ranks.rank()), static_cast<char>('a' + ranks.rank()));
    const std::vector<std::string> all = ranks.gather(mine);
    ASSERT_EQ(all.size(), static_cast<size_t>(size));
    for (int rank = 0; rank < size; ++rank) {
      EXPECT_EQ(all[static_cast<size_t>(rank)],
                std::string(static_cast<size_t>(3 * rank), static_cast<char>('a' + rank)));
    }
    EXPECT_EQ(ranks.broadcast(ranks.leads() ? "from the first" : "other"), "from the first");
    EXPECT_EQ(ranks.from_leader([&] { return ranks.leads() ? "made" : "never asked"; }), "made");
    EXPECT_EQ(ranks.any(ranks.rank() == size - 1), true);
    EXPECT_EQ(ranks.any(false), false);
    const TensorList list = from_leader(ranks, [&]() -> TensorList {
      return {{"a b", at::arange(6, at::kDouble).view({2, 3})}, {"none", at::empty({0, 4}, at::kFloat)}};
    });
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].first, "a b");
    EXPECT_TRUE(at::equal(list[0].second, at::arange(6, at::kDouble).view({2, 3})));
    EXPECT_EQ(list[1].second.sizes(), at::IntArrayRef({0, 4}));
    const Tensors seeds = gathered(ranks, at::full({ranks.rank()}, ranks.rank(), at::kLong));
    EXPECT_EQ(seeds.back().numel(), size - 1);
  });
}

INSTANTIATE_TEST_SUITE_P(Communicator, Sizes, ::testing::Values(1, 2, 3, 4, 5, 7, 8));

// Neighbours first, then pairs of neighbours: what a rank of micro-batches adds up by itself (train/gradient_tree.h).
TEST(Communicator, AddsUpInATree) {
  Tensors x;
  for (int rank = 0; rank < 4; ++rank) x.push_back(numbers_of(rank));
  const Tensor tree = (x[0] + x[1]) + (x[2] + x[3]);
  ASSERT_FALSE(at::equal(tree, ((x[0] + x[1]) + x[2]) + x[3])) << "the numbers do not tell one order from another";
  expect_ranks(4, [&](Communicator& ranks) {
    const Tensor mine = numbers_of(ranks.rank());
    ranks.sum(mine);
    EXPECT_TRUE(at::equal(mine, tree));
  });
}

// Rank 2 never comes. Rank 0 waits for rank 1 meanwhile, and yet it is rank 2 that is named.
TEST(Communicator, NamesTheRankThatDoesNotCome) {
  const std::vector<std::string> errors = run_ranks(
      4,
      [](Communicator& ranks) {
        ranks.barrier();
        if (ranks.rank() == 2) return;
        ranks.barrier();
      },
      0.3);
  for (int rank : {0, 1, 3}) EXPECT_THAT(errors[static_cast<size_t>(rank)], ::testing::HasSubstr("rank 2 on ")) << rank;
  EXPECT_THAT(errors[0], ::testing::Not(::testing::HasSubstr("rank 1")));
}

TEST(Communicator, AStopIsHeardByAll) {
  expect_ranks(3, [](Communicator& ranks) {
    EXPECT_FALSE(ranks.stop_told());
    ranks.barrier();
    if (ranks.rank() == 1) ranks.tell_stop();
    ranks.barrier();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // it is not asked for every time
    EXPECT_EQ(ranks.stop_told(), ranks.rank() != 1);
  });
}

}  // namespace
}  // namespace mdsm
