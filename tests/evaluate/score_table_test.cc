#include "mdsm/evaluate/score_table.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/energy/autograd_energy.h"
#include "mdsm/evaluate/noise_calibration.h"
#include "mdsm/evaluate/probe_source.h"
#include "support/check_energy.h"
#include "support/temp_dir.h"
#include "support/tensor_source.h"

namespace mdsm {
namespace {

using testing::expect_close;
using testing::expect_error;
using testing::TempDir;
using testing::TensorSource;
using testing::test_normal;

TEST(ScoreTable, ColumnsByHandWhateverTheBatch) {
  const DiagonalGaussianEnergy energy(at::zeros({3}), at::full({1}, 0.25));
  const TensorSource data(test_normal(10, {3}, 0, at::kFloat));
  const ScoreTable table = score_table({energy, 0.5, 4, 3}, data);
  const Tensor x = test_normal(10, {3}, 0, at::kFloat).to(at::kDouble);
  const Tensor n = RandomRows::slots(4, Stream::measurement, 0, 10).normal(0, {3}, at::kDouble);
  expect_close(table.energy, x.square().sum(1) * 2, 1e-6);
  expect_close(table.noisy_energy, (x + 0.5 * n).square().sum(1) * 2, 1e-6);
  expect_close(table.gradient, x.norm(2, {1}) * 4, 1e-6);
  expect_close(table.residual, x.norm(2, {1}), 1e-6);
  expect_close(named_scores(table, 1.5)[4].values, (x.square().sum(1) * 2 - 1.5).abs(), 1e-5);
  EXPECT_TRUE(at::equal(score_table({energy, 0.5, 4, 10}, data).noisy_energy, table.noisy_energy));
}

// A run that is stopped keeps its finished chunks; the next one does not do them again.
TEST(ScoreTable, GoesOnWhereItWasStopped) {
  const DiagonalGaussianEnergy energy(at::zeros({2}), at::full({1}, 0.25));
  const TensorSource data(test_normal(5000, {2}, 0, at::kFloat));
  const TempDir folder;
  const PartStore parts(folder / "parts", "{\"seed\": 4}");
  const Scoring scoring{energy, 0.5, 4, 500};
  double done = 0;
  const Watch stopping([&](double fraction, std::string_view) { done = fraction; }, [&] { return done > 0.6; });
  expect_error([&] { score_table(scoring, data, parts, "scores", stopping); }, "scored 3048 of 5000",
               Fault::interrupted);
  EXPECT_TRUE(parts.has("scores-000000-002048"));
  EXPECT_FALSE(parts.has("scores-002048-004096"));
  double least = 1;
  const Watch counting([&](double fraction, std::string_view) { least = std::min(least, fraction); });
  const ScoreTable resumed = score_table(scoring, data, parts, "scores", counting);
  EXPECT_NEAR(least, 2548 / 5000.0, 1e-12);
  EXPECT_TRUE(at::equal(resumed.energy, score_table(scoring, data).energy));
  expect_error([&] { PartStore(folder / "parts", "{\"seed\": 5}"); }, "other settings");
}

TEST(ProbeSource, NoiseAndConstantImages) {
  const auto noise = probe_source(*probe_kind("noise"), {3, 8, 8}),
             flat = probe_source(*probe_kind("constant"), {3, 8, 8});
  const std::vector<int64_t> indices{0, 5};
  const Tensor n = noise->read(indices), c = flat->read(indices);
  EXPECT_EQ(n.sizes(), at::IntArrayRef({2, 3, 8, 8}));
  EXPECT_TRUE(((n >= 0) & (n < 1)).all().item<bool>());
  EXPECT_NEAR(n.std().item<double>(), std::sqrt(1.0 / 12), 0.05);
  EXPECT_EQ(c.flatten(1).std(1).max().item<double>(), 0);
  EXPECT_FALSE(at::equal(c[0], c[1]));
  EXPECT_TRUE(at::equal(noise->read(std::vector<int64_t>{5})[0], n[1]));
  EXPECT_FALSE(probe_kind("mnist").has_value());
}

// For data N(0, s^2) the blind denoiser of one level knows its posterior mean, s^2/(s^2 + sigma^2) x~, exactly: E =
// x^2 / (2 sigma0^2) sigma^2/(s^2 + sigma^2). error = s sigma/sqrt(s^2 + sigma^2), implied = sigma^2/sqrt(s^2 +
// sigma^2), so that error^2 + implied^2 = sigma^2. 4.75 standard errors of 4000 x 16 numbers: 1.4 %.
TEST(NoiseCalibration, OfAPosteriorMean) {
  const double s = 0.5, sigma = 0.3, sigma0 = 0.1;
  const double total = s * s + sigma * sigma;
  const DiagonalGaussianEnergy energy(at::zeros({16}), at::full({1}, sigma0 * sigma0 * total / (sigma * sigma)));
  const TensorSource data(test_normal(4000, {16}, 0, at::kFloat) * s);
  const NoiseLevelResult at = noise_calibration(energy, data, {{sigma}, sigma0, 9, 300})[0];
  EXPECT_NEAR(at.error, s * sigma / std::sqrt(total), 0.014 * at.error);
  EXPECT_NEAR(at.implied, sigma * sigma / std::sqrt(total), 0.014 * at.implied);
  EXPECT_NEAR(at.calibration, 1, 0.014);
  // An energy twice as steep removes too much.
  const DiagonalGaussianEnergy steep(at::zeros({16}), at::full({1}, 0.5 * sigma0 * sigma0 * total / (sigma * sigma)));
  EXPECT_GT(noise_calibration(steep, data, {{sigma}, sigma0, 9})[0].calibration, 1.05);
  expect_error([&] { noise_calibration(energy, data, {{0.0}, sigma0, 9}); }, "sigma is 0");
}

}  // namespace
}  // namespace mdsm
