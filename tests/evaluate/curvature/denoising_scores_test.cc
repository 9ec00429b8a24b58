#include "mdsm/evaluate/curvature/denoising_scores.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/evaluate/detection.h"
#include "support/check_energy.h"
#include "support/expect_close.h"

namespace mdsm {
namespace {

using testing::test_normal;

constexpr double kSigma0 = 0.1;
constexpr int64_t kDimensions = 32;

/// Of data N(0, I) with noise sigma0 in 32 dimensions.
DiagonalGaussianEnergy energy_of_normal() { return {at::zeros({kDimensions}), at::full({1}, 1 + kSigma0 * kSigma0)}; }

TEST(DenoisingScores, AreThoseOfAPosteriorMean) {
  const DiagonalGaussianEnergy energy = energy_of_normal();
  const Tensor x = test_normal(11, {kDimensions}, 0, at::kDouble);
  const DenoisingScores found = denoising_scores(energy, x, kSigma0, 7);
  // D(y) = g y with g = 1 / (1 + sigma0^2), from every level: the energy knows no other.
  const double gain = 1 / (1 + kSigma0 * kSigma0);
  const Tensor alike = RandomRows::seeds(std::vector<uint64_t>{7}, Stream::measurement).normal(0, {kDimensions});
  const Tensor error = (gain * (x + kSigma0 * alike) - x).square().sum(1);
  testing::expect_close(found.ratio, error / (kSigma0 * kSigma0 * kDimensions * gain), 1e-5);
  EXPECT_TRUE((found.loss > error / (kSigma0 * kSigma0)).all().item<bool>());
}

TEST(DenoisingScores, OtherDataAreDenoisedWorse) {
  const DiagonalGaussianEnergy energy = energy_of_normal();
  const DenoisingScores inside = denoising_scores(energy, test_normal(200, {kDimensions}, 0, at::kDouble), kSigma0, 1);
  const DenoisingScores outside =
      denoising_scores(energy, 20 * test_normal(200, {kDimensions}, 1, at::kDouble), kSigma0, 1);
  EXPECT_GT(detection(inside.ratio, outside.ratio).auroc, 0.95);
  EXPECT_GT(detection(inside.loss, outside.loss).auroc, 0.95);
}

}  // namespace
}  // namespace mdsm
