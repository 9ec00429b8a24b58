#include "mdsm/train/gradient_tree.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

Tensor numbers(int place) { return at::full({3}, 1.0 / (place + 0.7), at::kFloat); }

Tensor sum_of(int first, int count) {
  GradientTree tree;
  for (int i = first; i < first + count; ++i) tree.add(numbers(i));
  Tensor out = at::empty({3}, at::kFloat);
  tree.finish(out);
  return out;
}

TEST(GradientTree, AddsNeighboursFirst) {
  EXPECT_TRUE(at::equal(sum_of(0, 1), numbers(0)));
  const Tensor four = (numbers(0) + numbers(1)) + (numbers(2) + numbers(3));
  EXPECT_TRUE(at::equal(sum_of(0, 4), four));
  EXPECT_TRUE(at::equal(sum_of(0, 5), four + numbers(4)));
}

// What ranks rest on: parts of 2^k are added up apart, to the same bits.
TEST(GradientTree, PartsAddUpToTheWhole) {
  const Tensor whole = sum_of(0, 8);
  EXPECT_TRUE(at::equal(whole, sum_of(0, 4) + sum_of(4, 4)));
  EXPECT_TRUE(at::equal(whole, (sum_of(0, 2) + sum_of(2, 2)) + (sum_of(4, 2) + sum_of(6, 2))));
  ASSERT_FALSE(at::equal(whole, sum_of(0, 3) + sum_of(3, 5))) << "the numbers do not tell one order from another";
}

TEST(GradientTree, LeavesWhatItTakes) {
  const Tensor a = numbers(0), b = numbers(1);
  GradientTree tree;
  tree.add(a);
  tree.add(b);
  EXPECT_TRUE(at::equal(a, numbers(0)));
  EXPECT_TRUE(at::equal(b, numbers(1)));
}

}  // namespace
}  // namespace mdsm
