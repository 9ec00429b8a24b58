#include "mdsm/data/synthetic/ring.h"

#include <limits>
#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/data/synthetic/draws.h"

namespace mdsm {
namespace {

constexpr double kWidths = 8;  // beyond radius + 8 widths lies less than 1e-14

}  // namespace

Ring::Ring(double radius, double width) : radius_(radius), width_(width) {
  require(radius > 0 && width > 0, "Ring: radius {} and width {} (expected positive ones).", radius, width);
  mass_ = mass_within(std::numeric_limits<double>::infinity());
}

double Ring::mass_within(double r) const {
  const double scale = width_ * std::numbers::sqrt2;
  const double at_r = (r - radius_) / scale;
  const double at_zero = radius_ / scale;
  return width_ * width_ * (std::exp(-at_zero * at_zero) - std::exp(-at_r * at_r)) +
         radius_ * width_ * std::sqrt(std::numbers::pi / 2) * (std::erf(at_r) + std::erf(at_zero));
}

double Ring::log_density_at(double x, double y) const {
  const double deviation = (std::hypot(x, y) - radius_) / width_;
  return -deviation * deviation / 2 - std::log(2 * std::numbers::pi * mass_);
}

PlanePoint Ring::draw(const RandomKey& key) const {
  Draws draws(key);
  const double wanted = draws.uniform() * mass_;
  double low = 0;
  double high = radius_ + kWidths * width_;
  constexpr int kHalvings = 60;  // to the last bit of a double
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (mass_within(middle) < wanted ? low : high) = middle;
  }
  const double angle = 2 * std::numbers::pi * draws.uniform();
  return {low * std::cos(angle), low * std::sin(angle), 0};
}

double Ring::half_width() const { return radius_ + kWidths * width_; }

}  // namespace mdsm
