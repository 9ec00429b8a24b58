#include "mdsm/data/summary.h"

#include <gtest/gtest.h>

#include "mdsm/data/load.h"
#include "mdsm/data/memory_source.h"

namespace mdsm {
namespace {

/// 3000 zeros of class "low", then 1000 ones of class "high".
MemorySource sorted() {
  const Tensor labels = at::cat({at::zeros({3000}, at::kLong), at::ones({1000}, at::kLong)});
  return MemorySource("sorted", Split::train, {labels.to(at::kFloat).view({4000, 1}), labels, {"low", "high"}});
}

TEST(Summary, OfAllData) {
  const DataSummary summary = summarise(sorted());
  EXPECT_EQ(summary.inspected, 4000);
  EXPECT_EQ(summary.min, 0);
  EXPECT_EQ(summary.max, 1);
  EXPECT_NEAR(summary.mean, 0.25, 1e-6);
  EXPECT_NEAR(summary.deviation, std::sqrt(0.25 * 0.75), 1e-3);
  ASSERT_EQ(summary.classes.size(), 2U);
  EXPECT_EQ(summary.classes[0], (std::pair<std::string, int64_t>("low", 3000)));
  EXPECT_EQ(summary.classes[1], (std::pair<std::string, int64_t>("high", 1000)));
}

// A set that is sorted by class is not judged by its beginning: of 400 data 100 are high, with deviation below
// sqrt(400/4 * 3/4) = 8.7. False alarms: below 2e-6 (4.75 deviations).
TEST(Summary, OfAPartStandsForTheSet) {
  const DataSummary summary = summarise(sorted(), 400);
  EXPECT_EQ(summary.inspected, 400);
  EXPECT_EQ(summary.classes[1].second, 1000) << "labels are counted in all data";
  EXPECT_NEAR(summary.mean, 0.25, 42.0 / 400);
}

// Values come some at a time; a class number without a name is its own.
TEST(Summary, OfManyPiecesAndOfLabelsWithoutNames) {
  const Tensor data = at::rand({5000, 300}, at::kFloat) * 3 - 1;
  const Tensor labels = at::arange(5000, at::kLong).remainder(2) * 1000 - 1;
  const DataSummary summary = summarise(MemorySource("x", Split::train, {data, labels, {}}));
  EXPECT_EQ(summary.min, data.min().item<float>());
  EXPECT_EQ(summary.max, data.max().item<float>());
  EXPECT_NEAR(summary.mean, data.to(at::kDouble).mean().item<double>(), 1e-6);
  EXPECT_NEAR(summary.deviation, data.to(at::kDouble).std().item<double>(), 1e-6);
  using Classes = std::vector<std::pair<std::string, int64_t>>;
  EXPECT_EQ(summary.classes, (Classes{{"999", 2500}, {"(no class)", 2500}}));
}

TEST(Summary, OfAnEndlessSet) { EXPECT_EQ(summarise(*load_source({.name = "ring"}, Split::train), 50).inspected, 50); }

}  // namespace
}  // namespace mdsm
