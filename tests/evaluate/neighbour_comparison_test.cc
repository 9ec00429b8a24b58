#include "mdsm/evaluate/neighbour_comparison.h"

#include <gtest/gtest.h>

#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::TensorSource;

// On a line: training data at 0, 10, 20; queries at 0 (a copy) and 11; unseen data at 2 and 14.
TEST(NeighbourComparison, CountsCopiesAndComparesDistances) {
  const TensorSource training(at::tensor({0.0F, 10.0F, 20.0F}).reshape({3, 1}));
  const Tensor queries = at::tensor({0.0F, 11.0F}).reshape({2, 1}), unseen = at::tensor({2.0F, 14.0F}).reshape({2, 1});
  const NeighbourComparison found =
      compare_neighbours(queries, unseen, {.training = training, .neighbours = 2, .block = 2});
  EXPECT_EQ(found.exact_copies, 1);
  EXPECT_TRUE(at::equal(found.nearest_of_queries(), at::tensor({0.0, 1.0}, at::kDouble)));
  EXPECT_TRUE(at::equal(found.nearest_of_unseen(), at::tensor({2.0, 4.0}, at::kDouble)));
  EXPECT_EQ(found.median_ratio, 0);  // the lower of two numbers in the middle, as PyTorch takes it
  EXPECT_EQ(found.shift.distance, 1);
  EXPECT_TRUE(at::equal(found.of_unseen.indices[1], at::tensor({1, 2}, at::kLong)));
}

}  // namespace
}  // namespace mdsm
