// From a run's own table and what was asked of it to the settings that samples are drawn with.
#include "mdsm/sample/settings.h"

#include <gtest/gtest.h>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

/// What the paper's experiments sample with.
SampleOptions paper() {
  return {.sampler = "langevin", .steps = 2701, .start = "noise", .start_scale = 0.7, .rho = 5, .batch = 8};
}

class EverySampler : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(SamplerSettings, EverySampler, ::testing::ValuesIn(sampler_names()));

TEST_P(EverySampler, AnotherSamplerBeginsWithItsOwnStepsAndStart) {
  const SampleOptions settings = sampler_settings(paper(), {.sampler = GetParam()});
  const bool another = GetParam() != "langevin";
  EXPECT_EQ(settings.sampler, GetParam());
  EXPECT_EQ(settings.steps, another ? 0 : 2701);
  EXPECT_EQ(settings.start, another ? "default" : "noise");
  EXPECT_EQ(settings.start_scale, another ? 0 : 0.7);
  EXPECT_EQ(settings.rho, 5);
  EXPECT_EQ(settings.batch, 8);
}

TEST_P(EverySampler, WhatIsAskedHasTheLastWord) {
  const SamplerRequest asked{.sampler = GetParam(),
                             .steps = 34,
                             .schedule = "geometric",
                             .set = {"sample.steps=7", "sample.start=\"uniform\"", "sample.eta=0.5"},
                             .options = {{"sample", "eta", 0.25, "eta"}}};
  const SampleOptions settings = sampler_settings(paper(), asked);
  EXPECT_EQ(settings.steps, 34);
  EXPECT_EQ(settings.start, "uniform");
  EXPECT_EQ(settings.eta, 0.25);
  const bool denoises = sampler_kind(GetParam()) == SamplerKind::denoising;
  EXPECT_EQ(settings.noise_schedule, denoises ? "geometric" : "rho");
  EXPECT_EQ(settings.schedule, denoises ? "three-stage" : "geometric");
}

TEST(SamplerSettings, NothingAskedIsTheRunsOwn) {
  SampleOptions own = paper();
  SampleOptions settings = sampler_settings(own, {});
  OptionList left;
  OptionList right;
  left.add_table("sample", own);
  right.add_table("sample", settings);
  EXPECT_EQ(to_json(left), to_json(right));
}

TEST(SamplerSettings, WrongRequestsAreErrors) {
  expect_error([] { sampler_settings({}, {.sampler = "langevni"}); }, "Did you mean 'langevin'?");
  expect_error([] { sampler_settings({}, {.schedule = "lineer"}); }, "schedule: sample.noise_schedule = 'lineer'");
  expect_error([] { sampler_settings({}, {.set = {"sample.rha=1"}}); }, "Did you mean 'rho'?");
}

}  // namespace
}  // namespace mdsm
