// The solver of arXiv:2007.13640, on priors whose answers are known.
#include "mdsm/restore/kadkhodaie_simoncelli.h"

#include <gtest/gtest.h>

#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"
#include "restore/solve.h"
#include "support/denoiser_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::DenoiserEnergy;
using testing::expect_close;
using testing::expect_error;
using testing::kSigma0;
using testing::rows;
using testing::solve;

/// Correlated pixels: covariance 0.05 exp(-distance / 1.5) on a 4 x 4 grid.
Tensor correlated_covariance() {
  const Tensor i = at::arange(16, at::kDouble);
  const Tensor place = at::stack({(i / 4).floor(), at::remainder(i, 4)}, 1);
  return 0.05 * (at::cdist(place, place) / -1.5).exp();
}

// With E the Gaussian's own energy, f = -sigma0^2 S^-1 (x - m): the missing pixels end where (S^-1 (x - m))_missing =
// 0, at their posterior mean m + S_fm S_mm^-1 (x_m - m). The rest of the noise is below sigma_end = 1e-4.
TEST(KadkhodaieSimoncelli, EndsAtThePosteriorMeanOfAGaussian) {
  const Shape shape{1, 4, 4};
  const Tensor covariance = correlated_covariance();
  const GaussianEnergy energy(at::full(shape, 0.5), covariance);
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 4, 4), shape);
  const Tensor truth = energy.sample(rows(8), 1, at::kDouble);
  const RestoreOptions options{.solver = "kadkhodaie-simoncelli", .steps = 20000, .sigma_end = 1e-4};
  const Restored restored = solve(energy, Measurement(a, a->apply(truth), 0), options);
  const Tensor known = a->where_measured().flatten().nonzero().flatten();
  const Tensor missing = (a->where_measured().flatten() == 0).nonzero().flatten();
  const Tensor across = covariance.index_select(0, missing).index_select(1, known);
  const Tensor among = covariance.index_select(0, known).index_select(1, known);
  const Tensor weights = across.mm(at::inverse(among));  // (8, 8)
  const Tensor expected = 0.5 + (truth.flatten(1).index_select(1, known) - 0.5).mm(weights.t());
  expect_close(restored.x.flatten(1).index_select(1, missing), expected, 5e-3);
  EXPECT_LT(restored.gradients.max().item<int64_t>(), 20000) << "it stopped by itself";
}

// Free directions shrink fast in the one and slowly in the other: each has its own end.
TEST(KadkhodaieSimoncelli, EachDatumStopsByItself) {
  const Shape shape{1, 4, 4};
  const DenoiserEnergy energy(
      [](const Tensor& x) {
        return x * at::where(x.mean({1, 2, 3}, true) > 100, at::full({}, 0.5), at::full({}, 0.9));
      },
      kSigma0, shape);
  const auto a = std::make_shared<Downsampling>(4, shape);
  const Tensor y = at::tensor({0.0F, 1000.0F}).view({2, 1, 1, 1});
  RestoreOptions options{.solver = "kadkhodaie-simoncelli", .steps = 5000, .beta = 1};
  const Restored restored = solve(energy, Measurement(a, y, 0), options);
  EXPECT_LT(restored.gradients.max().item<int64_t>(), 5000);
  EXPECT_NE(restored.gradients[0].item<int64_t>(), restored.gradients[1].item<int64_t>());
  options.steps = 7;
  EXPECT_EQ(solve(energy, Measurement(a, y, 0), options).gradients.max().item<int64_t>(), 7);
  options.h0 = 2;
  expect_error([&] { solve(energy, Measurement(a, y, 0), options); }, "0 < h0 <= 1");
}

// The first two iterates by hand, from the same random numbers: arXiv:2007.13640, algorithm 2.
TEST(KadkhodaieSimoncelli, StepsAsThePaperSays) {
  const Shape shape{1, 4, 4};
  Tensors seen;
  const DenoiserEnergy energy(
      [&](const Tensor& x) {
        seen.push_back(x.clone());
        return x * 0.3 + 0.1;
      },
      kSigma0, shape);
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 4, 4), shape);
  const Tensor mask = a->where_measured().to(at::kDouble);
  const Tensor y = a->apply(rows(1, 8).uniform(0, shape, at::kDouble));
  const RestoreOptions options{.solver = "kadkhodaie-simoncelli", .steps = 3, .h0 = 0.2, .beta = 0.4};
  solve(energy, Measurement(a, y, 0), options);
  ASSERT_EQ(seen.size(), 3U);
  const Tensor z0 = rows(1).with(Stream::chain_start).normal(0, shape, at::kDouble);
  Tensor x = 0.5 * (1 - mask) + y + z0;
  for (int64_t t = 1; t <= 2; ++t) {
    expect_close(seen[static_cast<size_t>(t - 1)], x, 1e-12);
    const double h = 0.2 * static_cast<double>(t) / (1 + 0.2 * static_cast<double>(t - 1));
    const Tensor d = (1 - mask) * (x * 0.3 + 0.1 - x) + mask * (y - x);
    const double sigma = std::sqrt(d.square().sum().item<double>() / 16);
    const double gamma = sigma * std::sqrt(std::pow(1 - 0.4 * h, 2) - std::pow(1 - h, 2));
    x = x + h * d + gamma * rows(1).with(Stream::chain_step).normal(static_cast<uint32_t>(t), shape, at::kDouble);
  }
  expect_close(seen[2], x, 1e-12);
}

}  // namespace
}  // namespace mdsm
