#include "mdsm/data/subset.h"

#include <gtest/gtest.h>

#include "mdsm/data/index_range.h"
#include "mdsm/data/load.h"
#include "mdsm/data/synthetic.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::TensorSource;

TensorSource source_of(int64_t size) { return TensorSource(at::zeros({size, 1})); }

/// Counts of `values`, a number of 0 .. bins - 1 for each place.
template <class Value> Tensor counts_of(const std::vector<int64_t>& places, int64_t bins, Value value) {
  Tensor counts = at::zeros({bins}, at::kLong);
  for (const int64_t place : places) counts[value(place)] += 1;
  return counts;
}

TEST(Subset, KnownAnswers) {
  EXPECT_EQ(subset_of(source_of(5), 5, 3), index_range(0, 5));
  EXPECT_EQ(subset_of(source_of(1), 1), index_range(0, 1));
  EXPECT_EQ(subset_of(*synthetic_source("ring", Split::train), 4, 9), index_range(0, 4));
  // The random choice that evaluations have always made: the numbers of the paper's page depend on it.
  EXPECT_EQ(subset_of(source_of(1000), 6, 0), (std::vector<int64_t>{43, 410, 452, 481, 570, 736}));
}

TEST(Subset, PlacesRiseAndTheSeedPicksThem) {
  const std::vector<int64_t> places = subset_of(source_of(1000), 300, 1);
  ASSERT_EQ(places.size(), 300U);
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end(), std::greater_equal<>()), places.end());
  EXPECT_GE(places.front(), 0);
  EXPECT_LT(places.back(), 1000);
  EXPECT_EQ(subset_of(source_of(1000), 300, 1), places);
  EXPECT_NE(subset_of(source_of(1000), 300, 2), places);
}

// Classes of 1/12, 2/12, 4/12 and 5/12 of a set that is sorted by them, and the twelve remainders of the place (MNIST
// repeats its writers so): what 2000 random ones of 24000 have of each spreads less than what a multinomial would.
// False alarms: below 1e-6 each.
TEST(Subset, ASortedSetGivesEveryClassInProportion) {
  const Tensor shares = at::tensor({1.0, 2.0, 4.0, 5.0}, at::kDouble) / 12;
  const auto class_of = [](int64_t place) { return place < 2000 ? 0 : place < 6000 ? 1 : place < 14000 ? 2 : 3; };
  const std::vector<int64_t> places = subset_of(source_of(24000), 2000, 5);
  EXPECT_LT(testing::chi_square(counts_of(places, 4, class_of), shares), testing::chi_square_limit(3));
  const Tensor periods = counts_of(places, 12, [](int64_t place) { return place % 12; });
  EXPECT_LT(testing::chi_square(periods, at::full({12}, 1.0 / 12)), testing::chi_square_limit(11));
}

// Each of 10 data is among 4 with probability 0.4, over 2000 seeds. False alarms: below 10 * 2e-6.
TEST(Subset, EveryDatumIsAsLikely) {
  Tensor counts = at::zeros({10}, at::kDouble);
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    for (const int64_t place : subset_of(source_of(10), 4, seed)) counts[place] += 1;
  }
  const double width = testing::kSigmas * std::sqrt(2000 * 0.4 * 0.6);
  EXPECT_LT((counts - 800).abs().max().item<double>(), width);
}

// The test digits sorted by class: 500 of them hold each class, near its share. False alarms: below 1e-6.
TEST(Subset, DigitsSortedByClassKeepTheirShares) {
  const auto digits = load_source({.name = "mnist"}, Split::test);
  const Tensor sorted = std::get<0>(digits->labels(index_range(0, digits->size())).sort());
  const Tensor whole = at::bincount(sorted, {}, 10).to(at::kDouble);
  const Tensor few =
      counts_of(subset_of(*digits, 500, 1), 10, [&](int64_t place) { return sorted[place].item<int64_t>(); });
  EXPECT_GT(few.min().item<int64_t>(), 0);
  EXPECT_LT(testing::chi_square(few, whole / whole.sum()), testing::chi_square_limit(9));
}

TEST(Subset, OfRowsAndPictures) {
  EXPECT_EQ(subset_of(int64_t{1000}, 6), subset_of(source_of(1000), 6));
  EXPECT_EQ(subset_of(int64_t{4}, 16), index_range(0, 4));
}

// Levels are dealt out by place: of 400 places, those of the first half are as likely early as late. Its mean rank has
// deviation 400/sqrt(12)/sqrt(200)/sqrt(2) = 5.8. False alarms: 2e-6.
TEST(OrderOfDataInSubset, ShuffledPlacesSayNothingOfClasses) {
  const std::vector<int64_t> places = index_range(0, 400), dealt = shuffled(places, 3);
  std::vector<int64_t> sorted = dealt;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, places);
  EXPECT_EQ(shuffled(places, 3), dealt);
  EXPECT_NE(shuffled(places, 4), dealt);
  double rank = 0;
  for (size_t at = 0; at < dealt.size(); ++at) rank += dealt[at] < 200 ? static_cast<double>(at) / 200 : 0;
  EXPECT_NEAR(rank, 199.5, 4.75 * 5.8);
}

TEST(Subset, WrongRequestsAreErrors) {
  expect_error([] { subset_of(source_of(10), 11); }, "tensor: 11 data asked for (there are 10)");
  expect_error([] { subset_of(source_of(10), 0); }, "0 data asked for");
}

}  // namespace
}  // namespace mdsm
