#include "mdsm/sample/chain_diagnostics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "mdsm/base/rng.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

constexpr int64_t kChains = 8;
constexpr int64_t kDraws = 2000;

Tensor normals(uint64_t seed, int64_t chains = kChains, int64_t draws = kDraws) {
  return RandomRows::slots(seed, Stream::data, 0, chains).normal(0, {draws}, at::kDouble);
}

/// x_t = rho x_(t-1) + sqrt(1 - rho^2) n_t: variance 1 from the first draw on.
Tensor autoregressive(double rho, uint64_t seed) {
  const Tensor n = normals(seed);
  Tensor x = n.clone();
  for (int64_t t = 1; t < kDraws; ++t) {
    x.select(1, t).copy_(rho * x.select(1, t - 1) + std::sqrt(1 - rho * rho) * n.select(1, t));
  }
  return x;
}

// Over 40 seeds of an independent program the effective size of such draws had a standard deviation of 2 %, of the autoregressions below
// of 4, 9 and 3 %.
TEST(ChainDiagnostics, IndependentDrawsCountFully) {
  const ChainDiagnostics found = chain_diagnostics(normals(1));
  EXPECT_EQ(found.chains, kChains);
  EXPECT_EQ(found.draws, kDraws);
  EXPECT_NEAR(found.effective / (kChains * kDraws), 1, 0.15);
  EXPECT_NEAR(found.r_hat, 1, 0.005);
}

// An autoregression's draws are worth (1 - rho)/(1 + rho) independent ones for its mean.
TEST(ChainDiagnostics, AutoregressionHasItsKnownSize) {
  for (const double rho : {0.5, 0.9, -0.3}) {
    const double expected = (1 - rho) / (1 + rho) * kChains * kDraws;
    EXPECT_NEAR(chain_diagnostics(autoregressive(rho, 2)).effective / expected, 1, rho > 0.8 ? 0.45 : 0.2) << rho;
  }
}

TEST(ChainDiagnostics, ChainsThatDisagreeShow) {
  Tensor shifted = normals(3);
  shifted.select(0, 0).add_(2);
  EXPECT_GT(chain_diagnostics(shifted).r_hat, 1.1);
  EXPECT_LT(chain_diagnostics(shifted).effective, 200);
  Tensor wide = normals(4);  // the same place, another spread: seen by the distances from the median
  wide.select(0, 0).mul_(4);
  EXPECT_GT(chain_diagnostics(wide).r_hat, 1.05);
  const Tensor drifting = normals(5) + at::linspace(0, 3, kDraws, at::kDouble);  // seen by halves
  EXPECT_GT(chain_diagnostics(drifting).r_hat, 1.1);
  EXPECT_GT(chain_diagnostics(drifting.narrow(0, 0, 1)).r_hat, 1.1);  // of one chain too
}

// Ranks decide: a law without a mean, and any growing function of the values, change nothing.
TEST(ChainDiagnostics, DependsOnRanksAlone) {
  const Tensor x = autoregressive(0.5, 6);
  const ChainDiagnostics found = chain_diagnostics(x);
  EXPECT_DOUBLE_EQ(chain_diagnostics(x.exp()).effective, found.effective);
  EXPECT_NEAR(chain_diagnostics(normals(7) / normals(8)).r_hat, 1, 0.01);
}

TEST(ChainDiagnostics, OddCountsAndTiesAndConstants) {
  EXPECT_NEAR(chain_diagnostics(normals(9, 4, 401)).r_hat, 1, 0.02);
  EXPECT_NEAR(chain_diagnostics(normals(10).round()).effective / (kChains * kDraws), 1, 0.15);
  EXPECT_TRUE(std::isnan(chain_diagnostics(at::ones({2, 10})).r_hat));
  EXPECT_TRUE(std::isnan(chain_diagnostics(at::ones({2, 10})).effective));
  testing::expect_error([] { chain_diagnostics(at::zeros({3, 7})); }, "at least 8 draws");
  testing::expect_error([] { chain_diagnostics(at::full({2, 10}, std::nan(""))); }, "not finite");
}

std::vector<ChainRecord> records(const std::vector<double>& temperatures) {
  const Tensor energies = normals(11, 4, static_cast<int64_t>(temperatures.size())).to(at::kFloat);
  std::vector<ChainRecord> trace;
  for (size_t i = 0; i < temperatures.size(); ++i) {
    const Tensor column = energies.select(1, static_cast<int64_t>(i)).contiguous();
    trace.push_back({.step = static_cast<int64_t>(i), .temperature = temperatures[i]});
    trace.back().energies.assign(column.data_ptr<float>(), column.data_ptr<float>() + 4);
  }
  return trace;
}

TEST(EnergyDiagnostics, TakesTheEndAtOneTemperature) {
  std::vector<double> temperatures(100, 2.0);
  temperatures.insert(temperatures.end(), 60, 1.0);
  temperatures.push_back(0);  // the jump
  const auto found = energy_diagnostics(records(temperatures));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->draws, 30);
  EXPECT_EQ(found->chains, 4);
  const std::string text = to_text(*found);
  EXPECT_NE(text.find("last 30 steps of 4 chains"), std::string::npos) << text;
}

TEST(EnergyDiagnostics, AnAnnealHasNone) {
  std::vector<double> falling;
  for (int i = 0; i < 50; ++i) falling.push_back(50 - i);
  EXPECT_FALSE(energy_diagnostics(records(falling)).has_value());
  EXPECT_FALSE(energy_diagnostics(records(std::vector<double>(15, 1.0))).has_value());
  EXPECT_FALSE(energy_diagnostics({}).has_value());
  std::vector<ChainRecord> means = records(std::vector<double>(40, 1.0));
  for (ChainRecord& record : means) record.energies.clear();
  EXPECT_FALSE(energy_diagnostics(means).has_value());
}

}  // namespace
}  // namespace mdsm
