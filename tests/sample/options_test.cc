#include "mdsm/sample/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/config/option_list.h"
#include "mdsm/sample/temperature.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

OptionList listed(SampleOptions& options) {
  OptionList list;
  list.add_table("sample", options);
  return list;
}

TEST(SampleOptions, TheDefaultsAreThePapersChain) {
  SampleOptions options;
  EXPECT_EQ(build_sampler(options, 0.1)->gradient_count(), 2701);
  options.jump = false;
  EXPECT_EQ(build_sampler(options, 0.1)->gradient_count(), 2700);
  options.steps = 100;
  EXPECT_EQ(build_sampler(options, 0.1)->gradient_count(), 100);
  EXPECT_THAT(sampler_names(), ::testing::Contains("langevin"));
}

TEST(SampleOptions, SurviveTheirOwnToml) {
  SampleOptions written{.steps = 3, .schedule = "list", .temperatures = {4, 1, 0}, .start = "uniform", .jump = false};
  SampleOptions read;
  read_toml(to_toml(listed(written)), "test.toml", listed(read));
  EXPECT_EQ(build_temperatures(read, 2700), (std::vector<double>{4, 1, 0}));
  EXPECT_EQ(read.start, "uniform");
  EXPECT_FALSE(read.jump);
  testing::expect_error([&] { set_from_text("sample.schedule=constnat", listed(read)); }, "Did you mean 'constant'?");
  testing::expect_error([&] { set_from_text("sample.step_size=0", listed(read)); }, "above 0");
}

// Appendix B of the paper: start from noise of the training's size around 0.5.
TEST(SampleOptions, TheStartIsNamed) {
  const RandomRows rows = RandomRows::slots(3, Stream::chain_start, 0, 64);
  const Tensor noise = build_start({.start_centre = 0.5, .start_scale = 0.3})(rows, {1, 4, 4});
  EXPECT_TRUE(at::equal(noise, rows.normal(0, {1, 4, 4}) * 0.3 + 0.5));
  const Tensor uniform = build_start({.start = "uniform"})(rows, {1, 4, 4});
  EXPECT_TRUE(at::equal(uniform, rows.uniform(0, {1, 4, 4})));
}

}  // namespace
}  // namespace mdsm
