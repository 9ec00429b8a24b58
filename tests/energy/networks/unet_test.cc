#include "mdsm/energy/networks/unet.h"

#include "mdsm/energy/graph_energy.h"
#include "support/check_energy.h"

namespace mdsm {
namespace {

/// The first weights hold zeros: random ones.
Parameters stirred(const UNetSpec& spec) {
  Parameters theta = unet_parameters(spec, 5).clone(at::kDouble);
  for (size_t i = 0; i < theta.size(); ++i) {
    theta[i].add_(0.05 * testing::test_normal(1, Shape(theta[i].sizes().vec()), static_cast<uint32_t>(i)).squeeze(0));
  }
  return theta;
}

TEST(UNet, ChecksAgainstDifferences) {
  for (const UNetSpec& spec : {UNetSpec{.image = {2, 4, 4}, .width = 2, .multipliers = {1, 2}},
                               UNetSpec{.image = {1, 4, 8}, .width = 2, .multipliers = {2, 1}, .sigma0 = 0.4},
                               UNetSpec{.image = {2, 4, 6},
                               .width = 2,
                               .multipliers = {1, 2},
                               .scale = {ScaleOf::detail, 1e-2},
                               .output = UNetOutput::noise},
                               UNetSpec{.image = {1, 5, 7}, .width = 2, .multipliers = {1, 2, 1}}}) {
    const GraphEnergy energy(unet_graph(spec), stirred(spec), {.arithmetic = at::kDouble});
    testing::check_energy(energy, testing::test_normal(2, spec.image), {.entries = 3});
  }
}

TEST(UNet, StartsAsItsSkips) {
  const Parameters theta = unet_parameters({}, 1);
  EXPECT_EQ(theta.at("middle.conv_b.weight").abs().max().item<float>(), 0);
  EXPECT_LE(theta.at("middle.conv_a.weight").abs().max().item<float>(), 1 / std::sqrt(9 * 128.0));
  EXPECT_FALSE(theta.contains("down.0.skip.weight"));
  EXPECT_EQ(theta.at("up.3.skip.weight").sizes(), at::IntArrayRef({16, 32, 1, 1}));
}

TEST(UNet, RejectsImpossibleSpecs) {
  testing::expect_error([] { unet_graph({.width = 0}); }, "width is 0");
}

}  // namespace
}  // namespace mdsm
