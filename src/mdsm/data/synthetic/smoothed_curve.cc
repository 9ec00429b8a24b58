#include "mdsm/data/synthetic/smoothed_curve.h"

#include <limits>
#include <numbers>
#include <numeric>

#include "mdsm/base/error.h"
#include "mdsm/data/synthetic/draws.h"
#include "mdsm/data/synthetic/log_sum.h"

namespace mdsm {
namespace {

/// log(Phi(high) - Phi(low)) for low < high, without cancellation in the tails.
double log_normal_interval(double low, double high) {
  if (low + high > 0) {
    std::swap(low, high);
    low = -low;
    high = -high;
  }
  const double at_high = log_normal_distribution(high);
  return at_high + std::log(-std::expm1(log_normal_distribution(low) - at_high));
}

}  // namespace

double log_normal_distribution(double x) {
  constexpr double kTail = -30;  // erfc is exact there and does not underflow before -37
  if (x > kTail) return std::log(std::erfc(-x / std::numbers::sqrt2) / 2);
  // Phi(x) = phi(x)/|x| (1 - 1/x^2 + 3/x^4 - 15/x^6 + 105/x^8 - ...); at -30 the next term is 2e-12, and log Phi is
  // -454.
  const double w = 1 / (x * x);
  const double series = -w * (1 - 3 * w * (1 - 5 * w * (1 - 7 * w)));
  return -x * x / 2 - std::log(-x) - std::log(2 * std::numbers::pi) / 2 + std::log1p(series);
}

SmoothedCurve::SmoothedCurve(std::vector<PolygonArm> arms, double deviation) : deviation_(deviation) {
  require(!arms.empty() && deviation > 0,
          "SmoothedCurve: {} arms and deviation {} (expected at least one, and above 0).", arms.size(), deviation);
  const double share = 1 / static_cast<double>(arms.size());
  for (size_t i = 0; i < arms.size(); ++i) add_arm(arms[i], static_cast<int64_t>(i), share);
  sides_.back().end_of_range = 1;
}

void SmoothedCurve::add_arm(const PolygonArm& arm, int64_t index, double share) {
  require(arm.corners.size() >= 2 && arm.weights.size() + 1 == arm.corners.size(),
          "SmoothedCurve: arm '{}' has {} corners and {} weights (expected two corners or more, and a weight a side).",
          arm.name, arm.corners.size(), arm.weights.size());
  names_.push_back(arm.name);
  const double total = std::accumulate(arm.weights.begin(), arm.weights.end(), 0.0);
  for (size_t i = 0; i < arm.weights.size(); ++i) {
    const auto& [x, y] = arm.corners[i];
    const auto& [next_x, next_y] = arm.corners[i + 1];
    const double length = std::hypot(next_x - x, next_y - y);
    const double weight = share * arm.weights[i] / total;
    require(length > 0 && weight > 0,
            "SmoothedCurve: side {} of arm '{}' has length {} and weight {} (expected above 0).", i, arm.name, length,
            weight);
    const double before = sides_.empty() ? 0 : sides_.back().end_of_range;
    sides_.push_back({.start = {x, y},
                      .along = {(next_x - x) / length, (next_y - y) / length},
                      .length = length,
                      .log_weight = std::log(weight),
                      .end_of_range = before + weight,
                      .arm = index});
  }
}

double SmoothedCurve::log_term(const Side& side, double x, double y) const {
  const double to_x = (x - side.start[0]) / deviation_;
  const double to_y = (y - side.start[1]) / deviation_;
  const double along = to_x * side.along[0] + to_y * side.along[1];
  const double across = to_y * side.along[0] - to_x * side.along[1];
  return side.log_weight - across * across / 2 - std::log(std::sqrt(2 * std::numbers::pi) * deviation_ * side.length) +
         log_normal_interval(along - side.length / deviation_, along);
}

double SmoothedCurve::log_density_at(double x, double y) const {
  // A side's term is exp(-distance^2 / (2 s^2)) times a factor. Sides 60 below the nearest one in that exponent are
  // worth less than 1e-15 of the sum, unless the factors (weights, lengths, Mills ratios) differ by more than e^25.
  constexpr double kNegligible = 60;
  std::vector<double> exponents;
  exponents.reserve(sides_.size());
  for (const Side& side : sides_) {
    const double to_x = x - side.start[0];
    const double to_y = y - side.start[1];
    const double along = std::clamp(to_x * side.along[0] + to_y * side.along[1], 0.0, side.length);
    const double distance = std::hypot(to_x - along * side.along[0], to_y - along * side.along[1]) / deviation_;
    exponents.push_back(distance * distance / 2);
  }
  const double nearest = *std::min_element(exponents.begin(), exponents.end());
  std::vector<double> terms;
  for (size_t i = 0; i < sides_.size(); ++i) {
    if (exponents[i] <= nearest + kNegligible) terms.push_back(log_term(sides_[i], x, y));
  }
  return log_sum_exp(terms);
}

PlanePoint SmoothedCurve::draw(const RandomKey& key) const {
  Draws draws(key);
  const double position = draws.uniform();
  const auto side = std::upper_bound(sides_.begin(), sides_.end(), position,
                                     [](double value, const Side& one) { return value < one.end_of_range; });
  const double along = draws.uniform() * side->length;
  const auto [u, v] = draws.normals();
  return {side->start[0] + along * side->along[0] + deviation_ * u,
          side->start[1] + along * side->along[1] + deviation_ * v, side->arm};
}

std::vector<std::string> SmoothedCurve::parts() const {
  return names_.size() > 1 ? names_ : std::vector<std::string>{};
}

double SmoothedCurve::half_width() const {
  constexpr double kDeviations = 6.5;
  double width = 0;
  for (const Side& side : sides_) {
    for (size_t axis = 0; axis < 2; ++axis) {
      width =
          std::max({width, std::abs(side.start[axis]), std::abs(side.start[axis] + side.length * side.along[axis])});
    }
  }
  return width + kDeviations * deviation_;
}

}  // namespace mdsm
