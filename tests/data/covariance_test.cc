#include "mdsm/data/covariance.h"

#include <gtest/gtest.h>

#include "mdsm/base/rng.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;

/// Correlated rows with a mean that swamps their spread.
Tensor rows_of(int64_t count) {
  const Tensor mix = RandomRows::slots(1, Stream::data, 0, 5).normal(0, {5}, at::kDouble);
  return RandomRows::slots(2, Stream::data, 0, count).normal(0, {5}, at::kDouble).mm(mix) + 1e5;
}

CovarianceAccumulator streamed(const Tensor& x, CovarianceAccumulator::Keep keep, int64_t batch = 37) {
  CovarianceAccumulator rows(keep);
  for (const Tensor& part : x.split(batch)) rows.add(part);
  return rows;
}

TEST(Covariance, OfAStreamIsThatOfTheWhole) {
  const Tensor x = rows_of(1000);
  const CovarianceAccumulator rows = streamed(x, CovarianceAccumulator::Keep::covariance);
  EXPECT_EQ(rows.count(), 1000);
  expect_close(rows.mean(), x.mean(0), 1e-14, "mean");
  expect_close(rows.covariance(Divisor::count_less_one), at::cov(x.t()), 1e-9, "divided by n - 1");
  expect_close(rows.covariance(Divisor::count), at::cov(x.t(), 0), 1e-9, "divided by n");
}

TEST(Covariance, TheDivisorsByHand) {
  const Tensor x = at::tensor({1.0, 3.0}, at::kDouble).view({2, 1});
  const CovarianceAccumulator rows = streamed(x, CovarianceAccumulator::Keep::covariance, 1);
  EXPECT_EQ(rows.covariance(Divisor::count).item<double>(), 1);
  EXPECT_EQ(rows.covariance(Divisor::count_less_one).item<double>(), 2);
}

TEST(Covariance, VariancesAloneHaveTheSameTrace) {
  const Tensor x = rows_of(500);
  const CovarianceAccumulator all = streamed(x, CovarianceAccumulator::Keep::covariance);
  const CovarianceAccumulator few = streamed(x, CovarianceAccumulator::Keep::variances);
  for (const Divisor divisor : {Divisor::count, Divisor::count_less_one}) {
    const double trace = all.covariance(divisor).trace().item<double>();
    EXPECT_NEAR(all.trace(divisor) / trace, 1, 1e-12);
    EXPECT_NEAR(few.trace(divisor) / trace, 1, 1e-9);
  }
  expect_error([&] { few.covariance(Divisor::count); }, "variances alone");
}

TEST(Covariance, NeedsTwoDataOfOneSize) {
  CovarianceAccumulator rows;
  rows.add(at::zeros({1, 3}));
  expect_error([&] { rows.covariance(Divisor::count); }, "1 data have no covariance. Take at least 2");
  expect_error([&] { rows.add(at::zeros({1, 4})); }, "4 features a datum after 3");
  expect_error([&] { rows.add(at::zeros({1, 3}, at::kLong)); }, "expected floating point");
  expect_error([&] { rows.add(at::zeros({3})); }, "(B, D)");
}

TEST(PrincipalParts, OfADiagonalCovariance) {
  const Tensor covariance = at::diag(at::tensor({2.0, 7.0, 1.0, 3.0}, at::kDouble));
  const PrincipalParts parts = principal_parts(covariance, 2);
  expect_close(parts.values, at::tensor({7.0, 3.0}, at::kDouble), 1e-14);
  expect_close(parts.vectors.abs(), at::tensor({0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0}, at::kDouble).view({2, 4}),
               1e-14);
  EXPECT_NEAR(parts.residual, 1.5, 1e-14);
  EXPECT_EQ(principal_parts(covariance, 4).residual, 0);
}

// They keep the trace, and with all ranks the covariance itself.
TEST(PrincipalParts, KeepWhatTheyCan) {
  const Tensor covariance = at::cov(rows_of(200).t());
  for (const int64_t rank : {1, 3, 5}) {
    const PrincipalParts parts = principal_parts(covariance, rank);
    const double kept = parts.values.sum().item<double>() + parts.residual * static_cast<double>(5 - rank);
    EXPECT_NEAR(kept / covariance.trace().item<double>(), 1, 1e-12) << rank;
    expect_close(parts.vectors.mm(parts.vectors.t()), at::eye(rank, at::kDouble), 1e-12);
  }
  const PrincipalParts all = principal_parts(covariance, 5);
  expect_close(all.vectors.t().mm(at::diag(all.values)).mm(all.vectors), covariance, 1e-12);
  expect_error([&] { principal_parts(covariance, 6); }, "rank 6 of 5");
  expect_error([&] { principal_parts(covariance, 0); }, "rank 0 of 5");
}

}  // namespace
}  // namespace mdsm
