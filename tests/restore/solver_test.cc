// What every solver owes, and laws of single ones, on priors whose answers are known.
#include "mdsm/restore/solver.h"

#include <gtest/gtest.h>

#include "mdsm/base/error.h"
#include "mdsm/energy/analytic/gaussian.h"
#include "mdsm/restore/ancestral.h"
#include "mdsm/restore/masks.h"
#include "mdsm/restore/operators.h"
#include "mdsm/sample/jump.h"
#include "restore/solve.h"
#include "support/denoiser_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/goodness_of_fit.h"

namespace mdsm {
namespace {

using testing::DenoiserEnergy;
using testing::expect_close;
using testing::expect_error;
using testing::expect_normal_moments;
using testing::kSigma0;
using testing::rows;
using testing::solve;

RestoreOptions options_for(const std::string& solver) {
  RestoreOptions options{.solver = solver};
  options.steps = solver == "langevin" ? 300 : solver == "kadkhodaie-simoncelli" ? 600 : 60;
  return options;
}

class EverySolver : public ::testing::TestWithParam<std::string> {};

std::string solver_test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, EverySolver, ::testing::ValuesIn(solver_names()), solver_test_name);

TEST_P(EverySolver, AgreesWithAMeasurementWithoutNoise) {
  const Shape shape{3, 8, 8};
  const DiagonalGaussianEnergy energy(at::full(shape, 0.5), at::full({1}, 0.02));
  const auto inpainting = std::make_shared<Inpainting>(random_mask(0.3, 1, 8, 8), shape);
  const std::vector<std::shared_ptr<const LinearOperator>> operators{
      inpainting, std::make_shared<Downsampling>(4, shape), std::make_shared<CompressedSensing>(0.25, 1, shape),
      std::make_shared<Decolorize>(shape), std::make_shared<Blur>(gaussian_kernel(0.7), Boundary::reflect, shape)};
  const Tensor truth = rows(2).uniform(0, shape);
  for (const auto& a : operators) {
    SCOPED_TRACE(a->name());
    RestoreOptions options = options_for(GetParam());
    options.steps = std::min<int64_t>(options.steps, 30);
    const Restored restored = solve(energy, Measurement(a, a->apply(truth), 0), options);
    if (a == inpainting) {
      EXPECT_TRUE(at::equal(a->apply(restored.x), a->apply(truth)));
    }
    expect_close(a->apply(restored.x), a->apply(truth), 1e-5);
    EXPECT_TRUE(restored.x.isfinite().all().item<bool>());
  }
}

/// Four patterns (4, 1, 8, 8): two left halves, each with a right half and its mirror about 1/2. D is exact for every
/// noise: the mean of the patterns, weighted by how likely each is given x and the noise that the nearest implies.
struct Patterns {
  Patterns() {
    const Tensor halves = rows(4, 9).uniform(0, {1, 8, 4});
    all = at::stack({at::cat({halves[0], halves[1]}, 2), at::cat({halves[0], 1 - halves[1]}, 2),
                     at::cat({halves[2], halves[3]}, 2), at::cat({halves[2], 1 - halves[3]}, 2)});
  }
  DenoiserEnergy energy() const {
    const Tensor points = all;
    return {[points](const Tensor& x) {
              const Tensor square = at::cdist(x.flatten(1), points.flatten(1)).square();  // (B, 4)
              const Tensor variance = std::get<0>(square.min(1, true)) / 64;
              const Tensor share = (square / (-2 * variance.clamp_min(1e-8))).softmax(1);
              return share.mm(points.flatten(1)).view(x.sizes());
            },
            kSigma0,
            {1, 8, 8}};
  }
  Tensor all;
};

// The right half that belongs to the left one: one of its two, equally often by symmetry (chi-square of 1 degree, false
// alarms 1e-6), never that of the other left half.
TEST_P(EverySolver, FindsBothAnswersEquallyOften) {
  const Patterns patterns;
  const DenoiserEnergy energy = patterns.energy();
  const int64_t count = 256;
  const auto a = std::make_shared<Inpainting>(half_mask(ImageSide::right, 8, 8), Shape{1, 8, 8});
  const Tensor truth = patterns.all.narrow(0, 0, 1).expand({count, 1, 8, 8}).contiguous();
  RestoreOptions options = options_for(GetParam());
  options.sigma_min = 0.05;
  const Restored restored = solve(energy, Measurement(a, a->apply(truth), 0), options);
  const auto [distance, nearest] = at::cdist(restored.x.flatten(1), patterns.all.flatten(1)).min(1);
  EXPECT_LT(distance.max().item<float>(), 0.05);
  const Tensor counts = at::bincount(nearest, {}, 4);
  EXPECT_EQ(counts[2].item<int64_t>() + counts[3].item<int64_t>(), 0);
  EXPECT_LE(testing::chi_square(counts.narrow(0, 0, 2), at::full({2}, 0.5)), testing::chi_square_limit(1)) << counts;
}

TEST_P(EverySolver, ADatumsKeyDecidesItsRestoration) {
  const Patterns patterns;
  const DenoiserEnergy energy = patterns.energy();
  const auto a = std::make_shared<Downsampling>(4, Shape{1, 8, 8});
  const Measurement measurement(a, a->apply(patterns.all), 0.05);
  RestoreOptions options = options_for(GetParam());
  const Restored together = solve(energy, measurement, options);
  const Tensor one = at::tensor({2}, at::kLong);
  const Tensor guess = at::full({1, 1, 8, 8}, 0.5);
  const Restored alone = restore({energy, kSigma0, measurement.of(one), guess, rows(4).narrow(2, 1)}, options);
  expect_close(alone.x[0], together.x[2], 1e-4);
  EXPECT_EQ(alone.gradients[0].item<int64_t>(), together.gradients[2].item<int64_t>());
  EXPECT_GT((solve(energy, measurement, options, 2).x - together.x).abs().max().item<double>(), 1e-6);
}

TEST_P(EverySolver, ReportsProgressAndStopsAtAnException) {
  const DiagonalGaussianEnergy energy(at::full({1, 4, 4}, 0.5), at::full({1}, 0.02));
  const auto a = std::make_shared<Downsampling>(2, Shape{1, 4, 4});
  const Measurement measurement(a, at::zeros({2, 1, 2, 2}), 0);
  const Tensor guess = at::zeros({2, 1, 4, 4});
  int64_t calls = 0;
  const Watch watch([&](double, std::string_view text) {
    EXPECT_EQ(text.substr(0, 9), "gradient ");
    if (++calls == 3) throw Error("enough", Fault::interrupted);
  });
  const RestoreTask task{energy, kSigma0, measurement, guess, rows(2)};
  expect_error([&] { restore(task, options_for(GetParam()), watch); }, "enough", Fault::interrupted);
  EXPECT_EQ(calls, 3);
}

/// D of pixels N(1/2, s^2) at the levels of the ancestral solver, told which.
class LevelledGaussian {
 public:
  /// \param cost  evaluations a level
  LevelledGaussian(double s2, const RestoreOptions& options, int64_t cost)
      : s2_(s2), cost_(cost), levels_(cubic_levels(options.sigma_max, options.sigma_min, options.steps / cost)) {}
  DenoiserEnergy energy(const Shape& shape) {
    return {[this](const Tensor& x) {
              const double level = levels_[static_cast<size_t>(calls_++ / cost_)];
              return 0.5 + s2_ / (s2_ + level * level) * (x - 0.5);
            },
            kSigma0, shape};
  }

 private:
  double s2_;
  int64_t cost_;
  std::vector<double> levels_;
  int64_t calls_ = 0;
};

// Missing pixels of independent ones are draws of the prior. 32 x 819 numbers: 0.9 % by chance, of which 4.75 are
// allowed (4e-6), and 3 % that 50 levels leave out; the end's own error is 0.25 %.
TEST(Ancestral, MissingPixelsAreDistributedAsThePrior) {
  const double s2 = 0.04;
  const RestoreOptions options{.solver = "ancestral", .steps = 100, .repeats = 1, .sigma_max = 3, .sigma_min = 0.01};
  LevelledGaussian prior(s2, options, 2);
  const Shape shape{1, 32, 32};
  const DenoiserEnergy energy = prior.energy(shape);
  const Tensor mask = random_mask(0.2, 1, 32, 32);
  const auto a = std::make_shared<Inpainting>(mask, shape);
  const Restored restored =
      solve(energy, Measurement(a, a->apply(rows(32).uniform(0, shape, at::kDouble)), 0), options);
  const Tensor missing = restored.x.masked_select((mask == 0).expand_as(restored.x)) - 0.5;
  EXPECT_NEAR(missing.mean().item<double>(), 0,
              testing::kSigmas * std::sqrt(s2 / static_cast<double>(missing.numel())));
  EXPECT_NEAR(missing.square().mean().item<double>() / s2, 0.985, 0.06);
  EXPECT_EQ(restored.gradients[0].item<int64_t>(), 100);
}

// y = x + noise, started at that noise: draws of the posterior N(m + w (y - m), w tau^2), w = s^2/(s^2 + tau^2).
// Statistical error 0.8 %, 4.75 of them allowed (4e-6), and 1 % for 40 levels.
TEST(Ancestral, DenoisingDrawsFromThePosterior) {
  const double s2 = 0.04;
  const double tau = 0.3;
  const RestoreOptions options{.solver = "ancestral", .steps = 40, .sigma_max = tau, .sigma_min = 0.01};
  LevelledGaussian prior(s2, options, 1);
  const Shape shape{1, 32, 32};
  const DenoiserEnergy energy = prior.energy(shape);
  const auto a = std::make_shared<Identity>(shape);
  const Tensor truth = 0.5 + std::sqrt(s2) * rows(32, 5).normal(0, shape, at::kDouble);
  const Measurement measurement = measured(a, truth, tau, rows(32, 6).normal(0, shape, at::kDouble));
  const Restored restored = solve(energy, measurement, options);
  const double weight = s2 / (s2 + tau * tau);
  const Tensor offset = restored.x - (0.5 + weight * (measurement.y() - 0.5));
  const double variance = weight * tau * tau;
  EXPECT_NEAR(offset.mean().item<double>(), 0,
              testing::kSigmas * std::sqrt(variance / static_cast<double>(truth.numel())));
  EXPECT_NEAR(offset.square().mean().item<double>() / variance, 1, 0.047);
  // Nothing of the measurement is left in it beyond what the posterior mean has.
  const Tensor along = (offset * (measurement.y() - 0.5)).mean() / (s2 + tau * tau);
  EXPECT_NEAR(along.item<double>(), 0, 0.02);
}

// At a noise that the levels end at, one jump from y, which is what `mdsm denoise` gives.
TEST(Ancestral, OneLevelIsOneJump) {
  const Patterns patterns;
  const DenoiserEnergy energy = patterns.energy();
  const auto a = std::make_shared<Identity>(Shape{1, 8, 8});
  const Measurement measurement = measured(a, patterns.all, 0.05, rows(4).normal(1, {1, 8, 8}));
  const Restored restored = solve(energy, measurement, {.solver = "ancestral", .sigma_max = 0.05, .sigma_min = 0.05});
  EXPECT_TRUE(at::equal(restored.x, jump(energy, measurement.y(), kSigma0)));
  EXPECT_EQ(restored.gradients[0].item<int64_t>(), 1);
}

TEST(Ancestral, RepeatsShareTheSteps) {
  const Patterns patterns;
  const DenoiserEnergy energy = patterns.energy();
  const auto a = std::make_shared<Downsampling>(4, Shape{1, 8, 8});
  const Measurement measurement(a, a->apply(patterns.all), 0);
  const RestoreOptions options{.solver = "ancestral", .steps = 32, .repeats = 4};
  EXPECT_EQ(solve(energy, measurement, options).gradients[0].item<int64_t>(), 32);
  RestoreOptions thorough = options;
  thorough.guide_steps = 3;
  EXPECT_EQ(solve(energy, measurement, thorough).gradients[0].item<int64_t>(), 32);
  expect_error([&] { solve(energy, measurement, {.solver = "ancestral", .steps = 1}); }, "a level takes 2 gradients");
  expect_error([&] { solve(energy, measurement, {.solver = "ancestral", .sigma_max = 0.01}); }, "noise levels");
  expect_error([&] { solve(energy, measurement, {.solver = "ancestrl"}); }, "Did you mean 'ancestral'");
}

TEST(Ancestral, LevelsAreCubic) {
  const std::vector<double> levels = cubic_levels(8, 1, 3);
  EXPECT_EQ(levels.front(), 8);
  EXPECT_NEAR(levels[1], 1.5 * 1.5 * 1.5, 1e-12);
  EXPECT_EQ(levels.back(), 1);
  EXPECT_EQ(cubic_levels(8, 1, 1), std::vector<double>{1});
}

}  // namespace
}  // namespace mdsm
