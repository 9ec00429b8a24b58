// Kernel distance and Inception score, and the random orders of NumPy that they share.

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "mdsm/evaluate/inception_score.h"
#include "mdsm/evaluate/kernel_distance.h"
#include "mdsm/evaluate/numpy_random.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

Tensor random_rows(int64_t count, int64_t size, uint64_t seed) {
  return at::randn({count, size}, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble);
}

// Printed by NumPy 2.4: r = RandomState(2020); r.permutation(10); r.choice(1000, 5, replace=False); r.permutation(7)
TEST(NumpyRandom, DrawsWhatNumPyDraws) {
  NumpyRandom random(2020);
  EXPECT_EQ(random.permutation(10), (std::vector<int64_t>{2, 4, 9, 1, 5, 7, 6, 3, 8, 0}));
  EXPECT_EQ(random.choice(1000, 5), (std::vector<int64_t>{358, 763, 430, 530, 677}));
  EXPECT_EQ(random.permutation(7), (std::vector<int64_t>{4, 1, 2, 3, 5, 6, 0}));
  EXPECT_TRUE(random.permutation(0).empty());
  expect_error([&] { random.choice(3, 4); }, "without replacement");
}

// The definition, pair by pair.
TEST(KernelDistance, IsTheUnbiasedEstimate) {
  const int64_t m = 7;
  const Tensor a = random_rows(m, 3, 1);
  const Tensor b = random_rows(m, 3, 2) + 0.5;
  const auto k = [](const Tensor& x, const Tensor& y) { return std::pow(x.dot(y).item<double>() / 3 + 1, 3); };
  double expected = 0;
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < m; ++j) {
      if (i != j) expected += (k(a[i], a[j]) + k(b[i], b[j])) / static_cast<double>(m * (m - 1));
      expected -= 2 * k(a[i], b[j]) / static_cast<double>(m * m);
    }
  }
  EXPECT_NEAR(polynomial_discrepancy(a, b), expected, 1e-12);
}

// Two samples of one law: the mean over subsets is within 4 standard errors of 0 (false alarm: 6e-5, the seed is
// fixed).
TEST(KernelDistance, OfTwoSamplesOfOneLawIsAboutZero) {
  const Tensor x = random_rows(4000, 8, 3);
  const KernelDistance same =
      kernel_distance(x.narrow(0, 0, 2000), x.narrow(0, 2000, 2000), {.subsets = 50, .subset_size = 40});
  EXPECT_LT(std::abs(same.mean), 4 * same.deviation / std::sqrt(50.0));
  EXPECT_GT(same.deviation, 0);
  const KernelDistance far =
      kernel_distance(x.narrow(0, 0, 2000), x.narrow(0, 2000, 2000) + 1, {.subsets = 50, .subset_size = 40});
  EXPECT_GT(far.mean, 10 * far.deviation / std::sqrt(50.0));
}

TEST(KernelDistance, SaysWhatItCannotDo) {
  expect_error([] { kernel_distance(random_rows(50, 3, 0), random_rows(50, 3, 1)); }, "or a smaller subset_size");
  expect_error([] { kernel_distance(random_rows(50, 3, 0), random_rows(50, 4, 1), {.subset_size = 10}); },
               "different networks");
}

// Certain and evenly spread over L classes: L. The same law for every datum: 1.
TEST(InceptionScore, HasItsTwoExtremes) {
  const Tensor certain = at::eye(5, at::kDouble).repeat({200, 1}) * 1000;
  const InceptionScore one_split = inception_score(certain, {.splits = 1});
  EXPECT_NEAR(one_split.mean, 5, 1e-9);
  EXPECT_EQ(one_split.deviation, 0);
  EXPECT_NEAR(inception_score(random_rows(1, 5, 0).repeat({100, 1})).mean, 1, 1e-12);
}

// Half the data certain of class 0, half uniform over two classes: KL by hand, marginal (3/4, 1/4).
TEST(InceptionScore, IsExpOfTheMeanDivergence) {
  const Tensor logits =
      at::cat({at::tensor({2000.0, 0.0}, at::kDouble).repeat({50, 1}), at::zeros({50, 2}, at::kDouble)});
  const double divergence = 0.5 * std::log(1 / 0.75) + 0.5 * (0.5 * std::log(0.5 / 0.75) + 0.5 * std::log(0.5 / 0.25));
  EXPECT_NEAR(inception_score(logits, {.splits = 1}).mean, std::exp(divergence), 1e-12);
  expect_error([&] { inception_score(logits, {.splits = 101}); }, "101 splits of 100 data");
}

}  // namespace
}  // namespace mdsm
