#include "mdsm/evaluate/detection.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mdsm/base/rng.h"
#include "mdsm/evaluate/histogram.h"
#include "mdsm/evaluate/kolmogorov_smirnov.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

Tensor normal(uint32_t slot, int64_t count) {
  return RandomRows::slots(11, Stream::data, slot, 1).normal(0, {count}, at::kDouble).flatten();
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2)); }

// Scores N(0, 1) against N(s, 1): AUROC = Phi(s / sqrt 2), FPR at 95 % TPR = Phi(1.645 - s). Standard errors: that of
// an AUROC is at most 0.5 / sqrt(20000), that of the FPR 0.006 (its threshold's included). False alarms: 2e-6 a figure.
TEST(OodDetection, TwoGaussians) {
  const Tensor inside = normal(0, 20000), other = normal(1, 20000);
  for (const double shift : {0.0, 0.5, 2.0, -1.0}) {
    const Detection high = detection(inside, other + shift);
    EXPECT_NEAR(high.auroc, normal_cdf(shift / std::sqrt(2)), 4.75 * 0.5 / std::sqrt(20000)) << shift;
    EXPECT_NEAR(high.fpr_at_95_tpr, normal_cdf(1.6448536 - shift), 4.75 * 0.006) << shift;
    const Detection low = reversed_detection(inside, other + shift);
    EXPECT_NEAR(low.auroc, 1 - high.auroc, 1e-12);
    EXPECT_NEAR(low.fpr_at_95_tpr, normal_cdf(1.6448536 + shift), 4.75 * 0.006) << shift;
  }
}

// By hand: pairs (outside > inside) 2 + 2 + 0 of 3 * 3, ties 1 of them.
TEST(OodDetection, TiesCountHalf) {
  const Tensor inside = at::tensor({1.0, 2.0, 3.0}), outside = at::tensor({0.0, 2.0, 4.0});
  EXPECT_NEAR(detection(inside, outside).auroc, (0 + 1.5 + 3) / 9, 1e-15);
  EXPECT_NEAR(detection(inside, inside).auroc, 0.5, 1e-15);
  EXPECT_NEAR(detection(at::zeros({5}), at::zeros({4})).auroc, 0.5, 1e-15);
}

// 20 inside scores 1 .. 20: 19 must pass, so the threshold is 19; 2 of 4 outside scores are at most that.
TEST(OodDetection, FalsePositivesByHand) {
  const Tensor inside = at::arange(1, 21, at::kDouble);
  EXPECT_NEAR(detection(inside, at::tensor({3.0, 19.0, 19.5, 30.0})).fpr_at_95_tpr, 0.5, 1e-15);
  EXPECT_NEAR(reversed_detection(inside, at::tensor({1.0, 1.5, 2.0, 3.0})).fpr_at_95_tpr, 0.5, 1e-15);
  // 21 scores: 19.95 of them are needed, hence 20.
  EXPECT_NEAR(detection(at::arange(1, 22, at::kDouble), at::tensor({20.0, 20.5})).fpr_at_95_tpr, 0.5, 1e-15);
  expect_error([&] { detection(inside, at::tensor({NAN})); }, "1 of 1 scores of the outside data are not finite",
               Fault::failure);
  expect_error([&] { detection(at::empty({0}), inside); }, "inside data have shape (0)");
}

// F_a jumps to 0.5 and 1 at 1 and 2, F_b at 1.5 and 3: the largest distance is 0.5. Q(1.2) = 0.1122, Q(1.63) = 0.0098
// (tables of Smirnov).
TEST(KolmogorovSmirnov, ByHandAndTables) {
  EXPECT_NEAR(kolmogorov_smirnov(at::tensor({1.0, 2.0}), at::tensor({1.5, 3.0})).distance, 0.5, 1e-15);
  EXPECT_NEAR(kolmogorov_smirnov(at::tensor({1.0, 1.0, 2.0}), at::tensor({1.0, 2.0})).distance, 1.0 / 6, 1e-15);
  const KolmogorovSmirnov apart = kolmogorov_smirnov(at::zeros({50}), at::ones({50}));
  EXPECT_EQ(apart.distance, 1);
  EXPECT_LT(apart.p_value, 1e-20);
  // 400 of each, shifted by 34 places: distance 0.085, t = (sqrt(200) + 0.12 + 0.0078) 0.085 = 1.21294.
  const Tensor line = at::arange(400, at::kDouble);
  const KolmogorovSmirnov shifted = kolmogorov_smirnov(line, line + 33.5);
  EXPECT_NEAR(shifted.distance, 0.085, 1e-12);
  EXPECT_NEAR(shifted.p_value, 2 * (std::exp(-2 * 1.21294 * 1.21294) - std::exp(-8 * 1.21294 * 1.21294)), 2e-5);
}

// p-values of equal laws are uniform: of 400, those below 0.05 are 20 +- 4.4 (false alarms: 1e-5).
TEST(KolmogorovSmirnov, PValuesAreUniform) {
  int64_t small = 0;
  for (uint32_t i = 0; i < 400; ++i) {
    small += kolmogorov_smirnov(normal(2 * i + 10, 300), normal(2 * i + 11, 200)).p_value < 0.05;
  }
  EXPECT_NEAR(static_cast<double>(small), 20, 19.5);
}

TEST(Histogram, EveryValueHasABin) {
  const Histogram histogram = shared_histogram({{"a", at::tensor({0.0, 1.0, 4.0})}, {"b", at::tensor({2.0, 2.0})}}, 4);
  EXPECT_EQ(histogram.csv(), "low,high,a,b\n0,1,1,0\n1,2,1,0\n2,3,0,2\n3,4,1,0\n");
  EXPECT_EQ(shared_histogram({{"flat", at::full({3}, 7.0)}}, 2).counts.sum().item<int64_t>(), 3);
  expect_error([] { shared_histogram({{"bad", at::tensor({INFINITY})}}, 2); }, "'bad'");
}

}  // namespace
}  // namespace mdsm
