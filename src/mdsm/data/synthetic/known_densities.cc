#include <numbers>

#include "mdsm/base/named.h"
#include "mdsm/data/synthetic/checkerboard.h"
#include "mdsm/data/synthetic/gaussians.h"
#include "mdsm/data/synthetic/ring.h"
#include "mdsm/data/synthetic/smoothed_curve.h"

namespace mdsm {
namespace {

using std::numbers::pi;
using DensityPointer = std::shared_ptr<const SyntheticDensity>;

constexpr int kSides = 128;  // an arm: neighbours turn by 4 degrees, which the noise hides

DensityPointer gaussian() {
  return std::make_shared<GaussianMixture>(std::vector<PlaneGaussian>{
      {.mean_x = 0.5, .mean_y = -0.5, .deviation_x = 1, .deviation_y = 0.7, .correlation = 0.6, .name = "gaussian"}});
}

DensityPointer mixture_grid() {
  std::vector<PlaneGaussian> components;
  for (const int y : {-4, -2, 0, 2, 4}) {
    for (const int x : {-4, -2, 0, 2, 4}) {
      components.push_back({.mean_x = static_cast<double>(x),
                            .mean_y = static_cast<double>(y),
                            .deviation_x = 0.15,
                            .deviation_y = 0.15,
                            .name = fmt::format("({}, {})", x, y)});
    }
  }
  return std::make_shared<GaussianMixture>(std::move(components));
}

DensityPointer ring() { return std::make_shared<Ring>(2, 0.2); }

DensityPointer checkerboard() { return std::make_shared<Checkerboard>(4, 4); }

DensityPointer spirals() {
  std::vector<PolygonArm> arms;
  for (const double sign : {1.0, -1.0}) {
    PolygonArm arm{sign > 0 ? "first" : "second", {}, {}};
    for (int i = 0; i <= kSides; ++i) {
      const double angle = 3 * pi * i / kSides;
      arm.corners.push_back({sign * angle / 3 * std::cos(angle), sign * angle / 3 * std::sin(angle)});
      if (i > 0) arm.weights.push_back(2 * i - 1);  // u = (angle / 3 pi)^2 is uniform
    }
    arms.push_back(std::move(arm));
  }
  return std::make_shared<SmoothedCurve>(std::move(arms), 0.1);
}

DensityPointer swiss_roll() {
  PolygonArm arm{"roll", {}, std::vector<double>(kSides, 1)};
  for (int i = 0; i <= kSides; ++i) {
    const double angle = 1.5 * pi + 3 * pi * i / kSides;
    arm.corners.push_back({angle / 5 * std::cos(angle), angle / 5 * std::sin(angle)});
  }
  return std::make_shared<SmoothedCurve>(std::vector<PolygonArm>{std::move(arm)}, 0.15);
}

struct Known {
  const char* name;
  DensityPointer (*make)();
};

const std::vector<Known>& known_densities() {
  static const std::vector<Known> known{
      {"gaussian", gaussian}, {"mixture-grid", mixture_grid}, {"ring", ring},
      {"spirals", spirals},   {"checkerboard", checkerboard}, {"swiss-roll", swiss_roll}};
  return known;
}

}  // namespace

std::vector<std::string> synthetic_density_names() { return names_of(known_densities()); }

std::shared_ptr<const SyntheticDensity> synthetic_density(std::string_view name) {
  return find_named(known_densities(), name, "density").make();
}

}  // namespace mdsm
