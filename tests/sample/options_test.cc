#include "mdsm/sample/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/config/option_list.h"
#include "mdsm/sample/temperature.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

OptionList listed(SampleOptions& options) {
  OptionList list;
  list.add_table("sample", options);
  return list;
}

SampleContext context() {
  SampleContext known(0.1);
  known.sigma_min = 0.1;
  known.sigma_max = 3;
  const Tensor mean = at::full({1, 4, 4}, 0.25);
  known.moments = std::make_shared<DataMoments>(DataMoments{mean, at::ones({1, 1, 4, 4}), 0.5});
  return known;
}

TEST(SampleOptions, TheDefaultIsTwentyAncestralGradients) {
  const SampleOptions options;
  EXPECT_EQ(options.sampler, "ancestral");
  EXPECT_EQ(build_sampler(options, context())->gradient_count(), 20);
}

TEST(SampleOptions, LangevinsOwnStepsAreThePapersChain) {
  SampleOptions options{.sampler = "langevin"};
  EXPECT_EQ(build_sampler(options, 0.1)->gradient_count(), 2701);
  options.jump = false;
  EXPECT_EQ(build_sampler(options, 0.1)->gradient_count(), 2700);
  options.steps = 100;
  EXPECT_EQ(build_sampler(options, 0.1)->gradient_count(), 100);
}

// Steps count gradients, for every sampler: exactly, but that a transition of HMC may not fit into the rest.
TEST(SampleOptions, StepsAreGradientsOfEverySampler) {
  for (const std::string& name : sampler_names()) {
    for (const int64_t steps : {3, 20, 41, 50}) {
      for (const bool jump : {true, false}) {
        SCOPED_TRACE(fmt::format("{} {} {}", name, steps, jump));
        SampleOptions options{.sampler = name, .steps = steps, .jump = jump, .schedule = "constant"};
        if (name == "hmc") options.leapfrogs = steps == 3 ? 1 : 4;
        const int64_t cost = build_sampler(options, context())->gradient_count();
        EXPECT_LE(cost, steps);
        EXPECT_GE(cost, name == "hmc" || name == "mala" ? steps - 4 : steps);
      }
    }
  }
}

TEST(SampleOptions, SurviveTheirOwnToml) {
  SampleOptions written{.steps = 3, .start = "uniform", .jump = false, .schedule = "list", .temperatures = {4, 1, 0}};
  SampleOptions read;
  read_toml(to_toml(listed(written)), "test.toml", listed(read));
  EXPECT_EQ(build_temperatures(read, 3), (std::vector<double>{4, 1, 0}));
  EXPECT_EQ(read.start, "uniform");
  EXPECT_FALSE(read.jump);
  testing::expect_error([&] { set_from_text("sample.schedule=constnat", listed(read)); }, "Did you mean 'constant'?");
  testing::expect_error([&] { set_from_text("sample.step_size=0", listed(read)); }, "above 0");
}

TEST(SampleOptions, EachKindOfSamplerHasItsOwnStart) {
  const RandomRows rows = RandomRows::slots(3, Stream::chain_start, 0, 64);
  const Shape shape{1, 4, 4};
  const auto start = [&](const SampleOptions& options) { return build_start(options, context())(rows, shape); };
  const Tensor n = rows.normal(0, shape);
  EXPECT_TRUE(at::equal(start({.sampler = "langevin"}), n + 0.5));
  EXPECT_TRUE(at::equal(start({.sampler = "langevin", .start_scale = 0.3}), n * 0.3 + 0.5));  // the paper's appendix B
  EXPECT_TRUE(at::equal(start({.start = "uniform"}), rows.uniform(0, shape)));
  EXPECT_TRUE(at::equal(start({.start = "noise"}), n * 3 + 0.5));
  EXPECT_TRUE(at::equal(start({.start = "mean", .sigma_max = 2}), n * 2 + 0.25));
  const Tensor z = rows.normal(1, {1}).view({64, 1, 1, 1});
  testing::expect_close(start({}), n * std::sqrt(9.5) + z + 0.25, 1e-5);
}

TEST(SampleOptions, WhatIsNotKnownIsAnError) {
  SampleContext old = context();
  old.moments = nullptr;
  testing::expect_error([&] { build_sampler({}, old); }, "Start from 'noise', or train again");
  testing::expect_error([&] { build_sampler({.start = "mean"}, old); }, "'mean' needs the data's moments");
  build_sampler({.start = "noise"}, old);
  testing::expect_error([&] { build_sampler({.start = "noise"}, 0.1); }, "sample.sigma_max and sample.sigma_min are 0");
  build_sampler({.start = "noise", .sigma_max = 3, .sigma_min = 0.1}, 0.1);
  testing::expect_error([&] { build_sampler({.sigma_max = 0.05}, context()); }, "from 0.05 down to 0.1");
  testing::expect_error([&] { build_sampler({.sampler = "hmc", .steps = 9}, context()); }, "Raise sample.steps");
}

}  // namespace
}  // namespace mdsm
