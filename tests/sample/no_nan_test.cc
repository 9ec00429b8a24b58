// What is not finite is no sample: every sampler says at which step, and of which seed.
#include <gtest/gtest.h>

#include "mdsm/sample/draw.h"
#include "support/expect_error.h"
#include "support/failing_energy.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::FailingEnergy;

const Shape kShape{1, 3, 5};
const std::vector<uint64_t> kSeeds{40, 41, 42, 43};

SampleContext context() {
  SampleContext context(0.1);
  context.sigma_min = 0.1;
  context.sigma_max = 3;
  return context;
}

SampleOptions options_for(const std::string& sampler) {
  SampleOptions options{.sampler = sampler, .steps = 40, .start = "noise"};
  options.leapfrogs = 3;
  return options;
}

class NoNanSample : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, NoNanSample, ::testing::ValuesIn(sampler_names()));

TEST_P(NoNanSample, TheSeedAndTheStepAreNamed) {
  const FailingEnergy at_once(kShape, 0, 2);
  expect_error([&] { draw_samples(at_once, options_for(GetParam()), context(), kSeeds); },
               "1 of 4 chains left the finite numbers at step 0 of ", Fault::failure);
  const FailingEnergy again(kShape, 0, 2);
  expect_error([&] { draw_samples(again, options_for(GetParam()), context(), kSeeds); }, "(seed 42 is the first",
               Fault::failure);
}

// A later gradient; samplers with Metropolis' test refuse such a proposal, and the jump is left.
TEST_P(NoNanSample, SoIsALaterStepOrTheJump) {
  const FailingEnergy later(kShape, 9, 1);
  expect_error([&] { draw_samples(later, options_for(GetParam()), context(), kSeeds); }, "(seed 41 is the first",
               Fault::failure);
}

// Seed 41's second proposal and all later ones are refused, but the first was not.
TEST(NoNanRefused, ChainsThatNeverMovedAreNamed) {
  const DiagonalGaussianEnergy energy(at::full(kShape, 0.5), at::full({1}, 0.09));
  for (const char* sampler : {"mala", "hmc"}) {
    SampleOptions options{.sampler = sampler, .steps = 40, .step_size = 50, .schedule = "constant", .temperature = 1};
    options.jump = false;
    expect_error([&] { draw_samples(energy, options, context(), kSeeds); }, "the chains have gone nowhere",
                 Fault::failure);
    options.step_size = 0.05;
    EXPECT_TRUE(draw_samples(energy, options, context(), kSeeds).refused.empty());
  }
}

TEST(NoNanRefused, AChainAmongOthersIsToldOf) {
  const FailingEnergy energy(kShape, 1, 3);  // finite at the start alone
  SampleOptions options{.sampler = "mala", .steps = 10, .step_size = 0.05, .schedule = "constant", .temperature = 1};
  options.jump = false;
  const Drawn drawn = draw_samples(energy, options, context(), kSeeds);
  EXPECT_EQ(drawn.refused, std::vector<uint64_t>{43});
  EXPECT_NE(about_refused(drawn).find("1 of 4 chains have gone nowhere"), std::string::npos);
}

// A range that is one level, as below the least noise of a training: finite, whatever the sampler.
TEST_P(NoNanSample, ARangeOfOneLevelIsFinite) {
  const DiagonalGaussianEnergy energy(at::full(kShape, 0.5), at::full({1}, 0.09));
  SampleOptions options = options_for(GetParam());
  options.sigma_max = options.sigma_min = 0.05;
  EXPECT_TRUE(draw_samples(energy, options, context(), kSeeds).samples.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace mdsm
