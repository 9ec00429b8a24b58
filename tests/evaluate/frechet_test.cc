#include "mdsm/evaluate/frechet.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "mdsm/formats/npy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

Tensor random_rows(int64_t count, int64_t size, uint64_t seed) {
  return at::randn({count, size}, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble);
}

Moments diagonal(const std::vector<double>& mean, const std::vector<double>& variance) {
  return {at::tensor(mean, at::kDouble), at::diag(at::tensor(variance, at::kDouble)), 100};
}

// Diagonal covariances: sum of (m1 - m2)^2 + (s1 - s2)^2.
TEST(Frechet, OfDiagonalGaussiansIsTheClosedForm) {
  const Moments a = diagonal({0, 1, 2}, {1, 4, 9});
  const Moments b = diagonal({1, 1, 0}, {16, 4, 0.25});
  const FrechetDistance found = frechet_distance(a, b);
  EXPECT_NEAR(found.mean_part, 1 + 4, 1e-12);
  EXPECT_NEAR(found.covariance_part, 9 + 0 + 6.25, 1e-12);
  EXPECT_NEAR(found.distance, 20.25, 1e-12);
}

// A rotation of both changes nothing; here the covariances do not commute after one of them alone is rotated, for which
// two dimensions have a closed form: tr sqrt(AB) = sqrt(tr AB + 2 sqrt(det AB)).
TEST(Frechet, OfCovariancesThatDoNotCommute) {
  const double c = std::cos(0.7);
  const double s = std::sin(0.7);
  const Tensor rotation = at::tensor({c, -s, s, c}, at::kDouble).view({2, 2});
  Moments a = diagonal({0, 0}, {5, 0.5});
  Moments b = diagonal({0, 0}, {1, 3});
  b.covariance = rotation.mm(b.covariance).mm(rotation.t());
  const double trace = a.covariance.mm(b.covariance).trace().item<double>();
  const double cross = std::sqrt(trace + 2 * std::sqrt(5 * 0.5 * 1 * 3));
  EXPECT_NEAR(frechet_distance(a, b).distance, 5.5 + 4 - 2 * cross, 1e-12);
  EXPECT_NEAR(frechet_distance(b, a).distance, 5.5 + 4 - 2 * cross, 1e-12);
}

TEST(Frechet, OfSingularCovariancesIsFiniteAndZeroAgainstItself) {
  const Moments few = moments_of(random_rows(5, 40, 1));
  EXPECT_EQ(covariance_rank(few.covariance), 4);
  EXPECT_NEAR(frechet_distance(few, few).distance, 0, 1e-6);
  EXPECT_EQ(covariance_rank(diagonal({0, 0}, {1, 2}).covariance), 2);
}

TEST(Frechet, RefusesFeaturesOfDifferentSizes) {
  expect_error([] { frechet_distance(diagonal({0}, {1}), diagonal({0, 0}, {1, 1})); }, "different networks");
}

TEST(Moments, OfAStreamAreThoseOfTheWhole) {
  const Tensor x = random_rows(1000, 6, 2) * 3 + 1e4;  // a mean that swamps the spread
  MomentAccumulator accumulator;
  for (const Tensor& part : x.split(37)) accumulator.add(part);
  const Moments moments = accumulator.moments();
  EXPECT_EQ(moments.count, 1000);
  expect_close(moments.mean, x.mean(0), 1e-14, "mean");
  expect_close(moments.covariance, at::cov(x.t()), 1e-10, "covariance");
}

TEST(Moments, NeedTwoDataOfOneSize) {
  MomentAccumulator accumulator;
  accumulator.add(random_rows(1, 3, 0));
  expect_error([&] { accumulator.moments(); }, "at least 2");
  expect_error([&] { accumulator.add(random_rows(1, 4, 0)); }, "4 features a datum after 3");
}

TEST(Moments, AreKeptInAFileThatOthersReadAndWrite) {
  const testing::TempDir folder;
  const Moments moments = moments_of(random_rows(50, 4, 3));
  write_moments(folder / "a.npz", moments);
  const Moments back = read_moments(folder / "a.npz");
  EXPECT_TRUE(at::equal(back.mean, moments.mean));
  EXPECT_TRUE(at::equal(back.covariance, moments.covariance));
  EXPECT_EQ(back.count, 50);
  write_npz(folder / "b.npz", {{"mu", moments.mean}, {"sigma", moments.covariance}});
  EXPECT_EQ(read_moments(folder / "b.npz").count, 0);
  write_npz(folder / "c.npz", {{"mu", moments.mean}, {"sigma", at::zeros({3, 3}, at::kDouble)}});
  expect_error([&] { read_moments(folder / "c.npz"); }, "expected (D) and (D, D)");
  write_npz(folder / "d.npz", {{"mu", moments.mean}});
  expect_error([&] { read_moments(folder / "d.npz"); }, "holds no array 'sigma'");
}

}  // namespace
}  // namespace mdsm
