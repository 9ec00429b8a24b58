#include "mdsm/data/subset_source.h"

#include <gtest/gtest.h>

#include "mdsm/data/index_range.h"
#include "mdsm/data/subset.h"
#include "support/expect_error.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TensorSource;

TEST(SubsetSource, HoldsTheChosenDataInOrder) {
  const auto whole = std::make_shared<TensorSource>(at::arange(50, at::kFloat).reshape({50, 1}));
  const auto some = subset_source(whole, 7, 3);
  ASSERT_EQ(some->size(), 7);
  const std::vector<int64_t> places = subset_of(*whole, 7, 3);
  const Tensor read = some->read(index_range(0, 7));
  for (int64_t i = 0; i < 7; ++i) EXPECT_EQ(read[i].item<float>(), static_cast<float>(places[static_cast<size_t>(i)]));
  EXPECT_EQ(some->read(std::vector<int64_t>{4}).item<float>(), read[4].item<float>());
  EXPECT_EQ(some->info().name, whole->info().name);
  expect_error([&] { some->read(std::vector<int64_t>{7}); }, "no datum 7 among 7");
  expect_error([&] { subset_source(whole, 51); }, "51 data asked for");
}

TEST(SubsetSource, AllOfASetIsTheSetItself) {
  const auto whole = std::make_shared<TensorSource>(at::zeros({5, 2}));
  EXPECT_EQ(subset_source(whole, 5), whole);
}

}  // namespace
}  // namespace mdsm
