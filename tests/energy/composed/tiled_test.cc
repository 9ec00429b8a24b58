#include "mdsm/energy/composed/tiled.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "mdsm/energy/build.h"
#include "mdsm/energy/networks/unet.h"
#include "support/check_energy.h"
#include "support/expect_close.h"
#include "support/expect_error.h"

namespace mdsm {
namespace {

const EnergyOptions kOptions{.kind = "unet", .width = 4, .multipliers = {1, 2, 2}, .floor = 0.05};

UNetSpec spec_of(const Shape& image) {
  return {.image = image, .width = 4, .multipliers = {1, 2, 2}, .scale = {.floor = 0.05}, .sigma0 = 0.3};
}

/// s from the detail, the noise instead of the image.
UNetSpec noise_spec_of(const Shape& image) {
  UNetSpec spec = spec_of(image);
  spec.scale = {ScaleOf::detail, 0.01};
  spec.output = UNetOutput::noise;
  return spec;
}

/// Random weights in every place: the first ones hold zeros.
Parameters weights(const Shape& image, at::ScalarType type = at::kDouble) {
  Parameters theta = unet_parameters(spec_of(image), 5).clone(type);
  for (size_t i = 0; i < theta.size(); ++i) {
    theta[i].add_(0.1 * testing::test_normal(1, Shape(theta[i].sizes().vec()), static_cast<uint32_t>(i)).squeeze(0));
  }
  return theta;
}

using SpecOf = UNetSpec (*)(const Shape& image);

TiledEnergy tiled(const Shape& image, const Parameters& theta, const TileRule& rule, SpecOf spec = spec_of) {
  const TileNetwork network{
      .rule = rule,
      .scale = [spec](const Shape& other) { return unet_scale_graph(spec(other)); },
      .whole = [spec](const Shape& other) { return unet_graph(spec(other)); },
      .part = [spec](const Shape& seen, const Window& own) { return unet_window_graph(spec(seen), own); }};
  return TiledEnergy(network, image, theta, {.arithmetic = theta[0].scalar_type()});
}

TileRule rule_of(const Shape& image, int64_t most_pixels) {
  return {.reach = unet_reach(spec_of(image)), .stride = 4, .most_pixels = most_pixels, .worth_two = 1};
}

// A reach that is one stride too short shows in the gradient: so the bound of unet_reach is of use.
TEST(TiledEnergy, IsTheEnergyOfTheWholeImage) {
  for (const auto& [image, spec] : std::vector<std::pair<Shape, SpecOf>>{{{1, 121, 150}, spec_of},
                                                                         {{2, 97, 130}, spec_of},
                                                                         {{2, 97, 130}, noise_spec_of},
                                                                         {{1, 7, 300}, noise_spec_of},
                                                                         {{1, 1, 1}, spec_of},
                                                                         {{1, 1, 1}, noise_spec_of},
                                                                         {{1, 160, 96}, spec_of}}) {
    const Parameters theta = weights(image);
    const GraphEnergy whole(unet_graph(spec(image)), theta, {.arithmetic = at::kDouble});
    const TiledEnergy parts = tiled(image, theta, rule_of(image, 110 * 120), spec);
    EXPECT_GT(parts.tiles().size(), element_count(image) > 2000 ? 1U : 0U) << to_text(image);
    const Tensor x = testing::test_normal(2, image);
    const auto expected = whole.linearize(x);
    const ValueAndGradient found = parts.value_and_gradient(x);
    testing::expect_close(found.value, expected->value(), 1e-11);
    testing::expect_close(found.gradient, expected->gradient(), 1e-10);
    testing::expect_close(parts.value(x), expected->value(), 1e-11);
    testing::expect_close(parts.linearize(x)->gradient(), expected->gradient(), 1e-12);
  }
}

TEST(TiledEnergy, AReachTooShortShows) {
  const Shape image{1, 64, 256};
  const Parameters theta = weights(image);
  TileRule rule = rule_of(image, 64 * 200);
  const Tensor x = testing::test_normal(1, image);
  const Tensor right = tiled(image, theta, rule).gradient(x);
  rule.reach /= 2;
  EXPECT_GT((tiled(image, theta, rule).gradient(x) - right).abs().max().item<double>(), 1e-9);
}

TEST(TiledEnergy, DoesNotDependOnNeighboursOrThreads) {
  const Shape image{1, 90, 140};
  const auto energy = build_energy_of_size(kOptions, image, weights(image, at::kFloat), {.precision = Precision::fp32},
                                           {.most_pixels = 100 * 110});
  const Tensor x = testing::test_normal(3, image).to(at::kFloat);
  const Tensor together = energy->gradient(x);
  for (int64_t i = 0; i < 3; ++i) EXPECT_TRUE(at::equal(energy->gradient(x.narrow(0, i, 1)), together.narrow(0, i, 1)));
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Tensor alone = energy->gradient(x);
  at::set_num_threads(threads);
  EXPECT_TRUE(at::equal(alone, together));
}

TEST(TiledEnergy, SharesTheParametersOfTheTrainedOne) {
  const auto trained = build_energy(kOptions, {1, 32, 32}, 3, {.precision = Precision::fp32});
  const auto large = build_energy_of_size(kOptions, {1, 50, 70}, trained->parameters(), {.precision = Precision::fp32});
  const Tensor x = testing::test_normal(1, {1, 50, 70}).to(at::kFloat);
  const Tensor before = large->value(x);
  trained->parameters().at("out.bias").add_(1);
  EXPECT_GT((large->value(x) - before).abs().item<float>(), 1e-3);
}

TEST(TiledEnergy, SaysWhatItDoesNotTake) {
  const auto trained = build_energy(kOptions, {1, 32, 32}, 3, {.precision = Precision::fp32});
  testing::expect_error(
      [&] {
        build_energy_of_size({.kind = "mlp"}, {1, 9, 9}, trained->parameters());
      },
      "kind 'mlp' takes images of one size alone");
  testing::expect_error(
      [&] {
        build_energy_of_size(kOptions, {1, 900, 900}, trained->parameters(), {}, {.most_pixels = 60});
      },
      "cannot be cut into tiles of 60 pixels");
}

TEST(TiledEnergy, TellsHowFarItIsAndStops) {
  const Shape image{1, 90, 240};
  std::vector<double> fractions;
  bool stop = false;
  const Watch watch([&](double fraction, std::string_view) { fractions.push_back(fraction); }, [&] { return stop; });
  const auto energy = build_energy_of_size(kOptions, image, weights(image, at::kFloat), {.precision = Precision::fp32},
                                           {.most_pixels = 100 * 130, .watch = watch});
  const Tensor x = testing::test_normal(2, image).to(at::kFloat);
  const int threads = at::get_num_threads();
  at::set_num_threads(2);
  energy->gradient(x);
  at::set_num_threads(threads);
  ASSERT_GE(fractions.size(), 3U) << "ten tiles, four at once";
  EXPECT_EQ(fractions.front(), 0);
  EXPECT_EQ(fractions.back(), 1);
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  stop = true;
  testing::expect_error([&] { energy->gradient(x); }, "interrupted", Fault::interrupted);
}

}  // namespace
}  // namespace mdsm
