#include "mdsm/evaluate/nearest_neighbours.h"

#include <gtest/gtest.h>

#include "support/check_energy.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::TensorSource;
using testing::test_normal;

// Against all distances at once, in float64; the blocks do not divide the set.
TEST(Neighbours, AreThoseOfAllDistances) {
  const Tensor set = test_normal(103, {2, 3}, 0, at::kFloat) + 50;
  const Tensor queries = test_normal(7, {2, 3}, 1, at::kFloat) + 50;
  const Neighbours found = nearest_neighbours(queries, TensorSource(set), 5, pixel_features, 17);
  const Tensor all = at::cdist(queries.flatten(1).to(at::kDouble), set.flatten(1).to(at::kDouble), 2, 2);
  const auto [distances, indices] = all.sort(1);
  EXPECT_TRUE(at::equal(found.indices, indices.narrow(1, 0, 5)));
  expect_close(found.distances, distances.narrow(1, 0, 5), 1e-12);
}

TEST(Neighbours, ADatumOfTheSetIsAtDistance0AndTiesGoByIndex) {
  Tensor set = test_normal(40, {4}, 0, at::kFloat) * 1e-3 + 7;
  set[31].copy_(set[12]);
  const Neighbours found = nearest_neighbours(set.narrow(0, 12, 1), TensorSource(set), 2, pixel_features, 8);
  EXPECT_TRUE(at::equal(found.indices[0], at::tensor({12, 31}, at::kLong)));
  EXPECT_EQ(found.distances.abs().max().item<double>(), 0);
}

TEST(Neighbours, MeasureInFeaturesAndReportBadRequests) {
  const Tensor set = at::arange(12, at::kFloat).reshape({6, 2});
  const auto second = [](const Tensor& x) { return x.narrow(1, 1, 1); };
  const Tensor query = at::tensor({100.0F, 4.0F}).reshape({1, 2});
  EXPECT_EQ(nearest_neighbours(query, TensorSource(set), 1, second).indices.item<int64_t>(), 1);  // ties: 3 and 5
  expect_error([&] { nearest_neighbours(query, TensorSource(set), 7, second); }, "7 neighbours asked for among 6");
  expect_error([&] { nearest_neighbours(query.reshape({2, 1}), TensorSource(set), 1, second); }, "expected a batch");
  int heard = 0;
  const Watch stopping([&](double, std::string_view) { ++heard; }, [&] { return heard == 2; });
  expect_error([&] { nearest_neighbours(query, TensorSource(set), 1, second, 2, stopping); }, "looked at 4 of 6",
               Fault::interrupted);
}

}  // namespace
}  // namespace mdsm
