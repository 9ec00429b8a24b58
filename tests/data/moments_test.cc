#include "mdsm/data/moments.h"
#include "mdsm/base/rng.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "mdsm/data/load.h"
#include "mdsm/data/synthetic.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::TensorSource;

/// n data of dimension d with correlations and a mean far from 0.
Tensor correlated(int64_t n, int64_t d, uint64_t seed = 1) {
  const Tensor mix = RandomRows::slots(seed, Stream::data, 0, d).normal(0, {d}, at::kDouble);
  const Tensor z = RandomRows::slots(seed + 1, Stream::data, 0, n).normal(0, {d}, at::kDouble);
  return (z.mm(mix) + 100).to(at::kFloat);
}

/// F'F + v I, (d, d) float64.
Tensor covariance_of(const DataMoments& moments) {
  const Tensor factor = moments.factor.flatten(1).to(at::kDouble);
  return factor.t().mm(factor) + moments.residual_variance * at::eye(factor.size(1), at::kDouble);
}

Tensor direct_covariance(const Tensor& data) {
  const Tensor x = data.flatten(1).to(at::kDouble);
  const Tensor offset = x - x.mean(0);
  return offset.t().mm(offset) / static_cast<double>(x.size(0));
}

// float16 keeps the factors to 2^-11.
TEST(Moments, AtFullRankTheyAreTheData) {
  const Tensor data = correlated(1234, 12).view({1234, 3, 2, 2});
  const DataMoments moments = fit_moments(TensorSource(data), {.rank = 12});
  EXPECT_EQ(moments.datum_shape(), (Shape{3, 2, 2}));
  EXPECT_EQ(moments.factor.sizes(), at::IntArrayRef({12, 3, 2, 2}));
  expect_close(moments.mean.to(at::kDouble), data.to(at::kDouble).mean(0), 1e-5);
  const Tensor direct = direct_covariance(data);
  expect_close(covariance_of(moments), direct, 1e-3);
  EXPECT_EQ(moments.residual_variance, 0);
}

TEST(Moments, ALowRankKeepsTheLargestPartAndTheTrace) {
  const Tensor data = correlated(800, 20);
  const DataMoments moments = fit_moments(TensorSource(data), {.rank = 5});
  const Tensor direct = direct_covariance(data);
  const auto [values, vectors] = at::linalg_eigh(direct);
  const double rest = values.narrow(0, 0, 15).mean().item<double>();
  EXPECT_NEAR(moments.residual_variance / rest, 1, 1e-9);
  EXPECT_NEAR((covariance_of(moments).trace() / direct.trace()).item<double>(), 1, 1e-3);
  const Tensor top = vectors.narrow(1, 15, 5);
  const Tensor expected =
      (top * values.narrow(0, 15, 5)).mm(top.t()) + (at::eye(20, at::kDouble) - top.mm(top.t())) * rest;
  expect_close(covariance_of(moments), expected, 1e-3);
}

// Above 4096 dimensions the eigenvectors come from a subset. Data of rank 3 and small noise: the same covariance.
TEST(Moments, OfLargeDataComeFromASubset) {
  const int64_t d = 5000;
  const Tensor basis = RandomRows::slots(3, Stream::data, 0, 3).normal(0, {d});
  const Tensor z = RandomRows::slots(4, Stream::data, 0, 1500).normal(0, {3});
  const Tensor data = z.mm(basis) + 0.01 * RandomRows::slots(5, Stream::data, 0, 1500).normal(0, {d});
  const DataMoments moments = fit_moments(TensorSource(data), {.rank = 3});
  EXPECT_EQ(moments.rank(), 3);
  // Of 200 coordinates. The subset of 1024 has its own sampling error: 1/sqrt(1024) of a variance.
  const Tensor factor = moments.factor.narrow(1, 0, 200).to(at::kDouble);
  const Tensor found = factor.t().mm(factor) + moments.residual_variance * at::eye(200, at::kDouble);
  const Tensor direct = direct_covariance(data.narrow(1, 0, 200));
  EXPECT_LT((found - direct).norm().item<double>() / direct.norm().item<double>(), 0.15);
  EXPECT_LT((moments.mean.to(at::kDouble) - data.to(at::kDouble).mean(0)).abs().max().item<double>(), 1e-6);
  EXPECT_LT(moments.residual_variance, 0.05);
}

TEST(Moments, TheRankIsBoundedByDimensionAndData) {
  EXPECT_EQ(fit_moments(TensorSource(correlated(50, 4)), {.rank = 100}).rank(), 4);
  EXPECT_EQ(fit_moments(TensorSource(correlated(3, 10)), {.rank = 100}).rank(), 2);
  EXPECT_EQ(fit_moments(TensorSource(at::ones({9, 4})), {.rank = 2}).residual_variance, 0);
}

TEST(Moments, AnEndlessSourceGivesItsFirstData) {
  const auto source = load_source({.name = "ring"}, Split::train);
  ASSERT_EQ(source->size(), Source::kEndless);
  std::vector<int64_t> first(400);
  for (int64_t i = 0; i < 400; ++i) first[static_cast<size_t>(i)] = i;
  const DataMoments moments = fit_moments(*source, {.rank = 2, .most_data = 400});
  expect_close(covariance_of(moments), direct_covariance(source->read(first)), 1e-3);
}

TEST(Moments, AFileKeepsThemExactly) {
  const DataMoments moments = fit_moments(TensorSource(correlated(100, 6)), {.rank = 3});
  const auto tensors = moment_tensors(moments);
  for (const auto& [name, tensor] : tensors) EXPECT_TRUE(is_moment_name(name)) << name;
  const auto read = moments_of(tensors, {6}, "x");
  EXPECT_TRUE(at::equal(read->mean, moments.mean));
  EXPECT_TRUE(at::equal(read->factor, moments.factor));
  EXPECT_EQ(read->residual_variance, moments.residual_variance);
  EXPECT_EQ(moments_of({{"conv.weight", at::ones({1})}}, {6}, "x"), nullptr);
  expect_error([&] { moments_of(tensors, {5}, "x"); }, "x: moments of shape (3, 6) for data of shape (5)");
  expect_error([&] { moments_of({tensors[0]}, {6}, "x"); }, "x: the data's moments are incomplete");
}

TEST(Moments, AWatchHearsAndStops) {
  std::vector<std::string> heard;
  const TensorSource source(correlated(1200, 4));
  fit_moments(source, {.rank = 2}, Watch([&](double, std::string_view text) { heard.emplace_back(text); }));
  EXPECT_EQ(heard, (std::vector<std::string>{"measured moments of 500 of 1200", "measured moments of 1000 of 1200",
                                             "measured moments of 1200 of 1200"}));
  expect_error([&] { fit_moments(source, {}, Watch(nullptr, [] { return true; })); }, "interrupted",
               Fault::interrupted);
}

TEST(Moments, WrongRequestsAreErrors) {
  const TensorSource source(correlated(10, 4));
  expect_error([&] { fit_moments(source, {.rank = 0}); }, "rank of 0");
  expect_error([&] { fit_moments(TensorSource(at::ones({1, 4}))); }, "1 data");
}

// What the rank costs: the divergence of N(m, C_r + s^2 I) from N(m, C + s^2 I) on MNIST at the largest noise, s = 3,
// of 784 dimensions, in nats: (1/2) sum [ a/b - 1 - log(a/b) ] over the eigenvalues (the eigenvectors are shared).
TEST(Moments, TheDefaultRankLosesNothingOfMnistAtTheLargestNoise) {
  const auto source = load_source({.name = "mnist"}, Split::train);
  const DataMoments full = fit_moments(*source, {.rank = 784});
  const Tensor values = full.factor.flatten(1).to(at::kDouble).square().sum(1);
  const auto divergence = [&](int64_t rank) {
    const Tensor rest = values.narrow(0, rank, 784 - rank);
    const Tensor ratio = (rest + 9) / (rest.mean() + 9);
    return 0.5 * (ratio - 1 - ratio.log()).sum().item<double>();
  };
  ::testing::Test::RecordProperty("nats_at_rank_192", fmt::format("{:.3g}", divergence(192)));
  ::testing::Test::RecordProperty("nats_at_rank_32", fmt::format("{:.3g}", divergence(32)));
  EXPECT_LT(divergence(192), 1e-3);
  EXPECT_GT(divergence(32), 10 * divergence(192));
}

}  // namespace
}  // namespace mdsm
