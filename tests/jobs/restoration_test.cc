#include "mdsm/jobs/restoration_quality.h"

#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/base/rng.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::trained_gaussian;

Tensor images(int64_t count) { return RandomRows::slots(7, Stream::data, 0, count).uniform(0, {1, 28, 28}); }

TEST(Restoration, EverySampleKeepsWhatWasMeasured) {
  const Tensor truth = images(3);
  std::vector<double> heard;
  const Watch watch([&](double fraction, std::string_view) { heard.push_back(fraction); });
  const Restoration made =
      restore_images(trained_gaussian(), truth,
                     {.degradation = {}, .samples = 2, .batch = 2, .solver = {.set = {"restore.steps=5"}}}, watch);
  EXPECT_EQ(made.samples.sizes(), at::IntArrayRef({2, 3, 1, 28, 28}));
  for (int64_t k = 0; k < 2; ++k)
    EXPECT_TRUE(at::equal(made.samples[k].narrow(3, 0, 14), truth.narrow(3, 0, 14))) << "the left half";
  EXPECT_FALSE(at::equal(made.samples[0], made.samples[1]));
  EXPECT_EQ(made.baseline, "harmonic");
  EXPECT_LE(made.gradients, 5);
  EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
  EXPECT_GT(heard.back(), 0.8);
}

TEST(Restoration, QualityIsOfAllWays) {
  const Restoration one = restore_images(trained_gaussian(), images(2), {.degradation = {.task = "superres"}});
  std::vector<std::string> names;
  for (const RestorationQuality& row : restoration_quality(one)) {
    names.push_back(row.name);
    EXPECT_EQ(row.quality.psnr.sizes(), at::IntArrayRef({2}));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"ours", "pseudo_inverse", "classical"}));
  const Restoration two = restore_images(trained_gaussian(), images(2), {.degradation = {}, .samples = 2});
  EXPECT_EQ(restoration_quality(two).at(1).name, "ours_mean");
}

TEST(Restoration, MeasurementsHaveNoTruth) {
  const Restoration made = restore_images(trained_gaussian(), images(1).narrow(2, 0, 7).narrow(3, 0, 7).contiguous(),
                                          {.degradation = {.task = "superres"}, .measured = true});
  EXPECT_EQ(made.samples.sizes(), at::IntArrayRef({1, 1, 1, 28, 28}));
  EXPECT_FALSE(made.truth.defined());
  expect_error([&] { restoration_quality(made); }, "truth is not known");
}

TEST(Restoration, SuperResolutionLeavesOutWhatTheFactorDoesNotDivide) {
  const Tensor truth = images(2);
  const Restoration made =
      restore_images(trained_gaussian(), truth,
                     {.degradation = {.task = "superres", .factor = 3}, .solver = {.set = {"restore.steps=2"}}});
  EXPECT_TRUE(at::equal(made.truth, truth.narrow(2, 0, 27).narrow(3, 0, 27)));
  EXPECT_EQ(made.samples.sizes(), at::IntArrayRef({1, 2, 1, 27, 27}));
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_NE(made.notes[0].find("28 x 28"), std::string::npos);
  expect_error([&] { restore_images(trained_gaussian(), truth, {.degradation = {.task = "superres", .factor = 29}}); },
               "28 x 28 by a factor of 29");
}

// By hand: the error is 0.1 in red alone, within the border; beyond it there is none.
TEST(Restoration, LumaAndBorderOfQuality) {
  Restoration made;
  made.truth = at::full({1, 3, 20, 20}, 0.5);
  made.samples = made.truth.unsqueeze(0).clone();
  made.samples.select(2, 0).narrow(2, 4, 12).narrow(3, 4, 12).add_(0.1);
  made.pseudo_inverse = made.classical = made.samples[0];
  made.border = 4;
  const RestorationQuality ours = restoration_quality(made).front();
  EXPECT_NEAR(ours.quality.psnr.item<double>(), 20 + 10 * std::log10(3), 1e-4);
  EXPECT_NEAR(ours.luma.psnr.item<double>(), 20 - 20 * std::log10(0.299), 1e-3);
  made.border = 0;
  EXPECT_NEAR(restoration_quality(made)[0].quality.psnr.item<double>(), 20 + 10 * std::log10(3 * 400 / 144.0), 1e-4);
  made.border = 10;
  expect_error([&] { restoration_quality(made); }, "leaves nothing of images of 20 x 20");
  expect_error([&] { restore_images(trained_gaussian(), images(1), {.degradation = {}, .border = 14}); },
               "leaves nothing of images of 28 x 28");
}

TEST(Restoration, TheSolversOptionsAreTheTasksUnlessAsked) {
  NoiseOptions noise;
  noise.sigma_min = 0.2;
  noise.sigma_max = 2;
  EXPECT_EQ(solver_options({}, noise).solver, "ancestral");
  EXPECT_EQ(solver_options({}, noise).sigma_max, 2);
  RestorationRequest request{.degradation = {.task = "denoise"}, .sigma = 0.1};
  EXPECT_EQ(solver_options(request, noise).solver, "ancestral");
  EXPECT_EQ(solver_options(request, noise).sigma_max, 0.1);
  EXPECT_EQ(solver_options(request, noise).sigma_min, 0.1);
  request.solver = {.set = {"restore.solver=\"fast\"", "restore.beta=0.5"},
                    .options = {{"restore", "solver", std::string("langevin"), "solver"}}};
  EXPECT_EQ(solver_options(request, noise).solver, "langevin");
  EXPECT_EQ(solver_options(request, noise).beta, 0.5);
}

TEST(Restoration, WrongRequestsAreErrors) {
  const auto wrong = [](const RestorationRequest& request, const std::string& text) {
    expect_error([&] { restore_images(trained_gaussian(), images(1), request); }, text);
  };
  wrong({.degradation = {.task = "inpiant"}}, "Did you mean 'inpaint'?");
  wrong({.degradation = {.task = "denoise"}}, "Give sigma");
  wrong({.degradation = {.task = "deblur", .kernel = "bax"}}, "Did you mean 'box'?");
  wrong({.degradation = {.mask = "right-hlaf"}}, "Did you mean 'right-half'?");
  wrong({.degradation = {}, .baseline = "harmonc"}, "Did you mean 'harmonic'?");
  wrong({.degradation = {.task = "superres"}, .measured = true}, "Measurements are read as they are");
  wrong({.degradation = {}, .solver = {.set = {"restore.solver=fats"}}}, "Did you mean 'fast'?");
  expect_error([] { restore_images(trained_gaussian({2}), images(1), {}); }, "the energy takes vectors");
}

}  // namespace
}  // namespace mdsm
