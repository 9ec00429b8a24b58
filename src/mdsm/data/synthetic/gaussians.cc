#include "mdsm/data/synthetic/gaussians.h"

#include <numbers>

#include "mdsm/base/error.h"
#include "mdsm/data/synthetic/draws.h"
#include "mdsm/data/synthetic/log_sum.h"

namespace mdsm {
namespace {

double log_density_of(const PlaneGaussian& component, double x, double y) {
  const double rest = 1 - component.correlation * component.correlation;
  const double u = (x - component.mean_x) / component.deviation_x;
  const double v = (y - component.mean_y) / component.deviation_y;
  const double square = (u * u - 2 * component.correlation * u * v + v * v) / rest;
  return -square / 2 - std::log(2 * std::numbers::pi * component.deviation_x * component.deviation_y * std::sqrt(rest));
}

}  // namespace

GaussianMixture::GaussianMixture(std::vector<PlaneGaussian> components) : components_(std::move(components)) {
  require(!components_.empty(), "GaussianMixture: no components. Give at least one.");
  for (const PlaneGaussian& component : components_) {
    require(component.deviation_x > 0 && component.deviation_y > 0 && std::abs(component.correlation) < 1,
            "GaussianMixture: deviations {} and {}, "
            "correlation {} (expected positive ones and a correlation within (-1, 1)).",
            component.deviation_x, component.deviation_y, component.correlation);
  }
}

double GaussianMixture::log_density_at(double x, double y) const {
  std::vector<double> terms;
  terms.reserve(components_.size());
  for (const PlaneGaussian& component : components_) terms.push_back(log_density_of(component, x, y));
  return log_sum_exp(terms) - std::log(static_cast<double>(components_.size()));
}

PlanePoint GaussianMixture::draw(const RandomKey& key) const {
  Draws draws(key);
  const int64_t part = draws.integer(static_cast<int64_t>(components_.size()));
  const PlaneGaussian& component = components_[static_cast<size_t>(part)];
  const auto [u, w] = draws.normals();
  const double v = component.correlation * u + std::sqrt(1 - component.correlation * component.correlation) * w;
  return {component.mean_x + component.deviation_x * u, component.mean_y + component.deviation_y * v, part};
}

std::vector<std::string> GaussianMixture::parts() const {
  std::vector<std::string> names;
  if (components_.size() == 1) return names;
  for (const PlaneGaussian& component : components_) names.push_back(component.name);
  return names;
}

double GaussianMixture::half_width() const {
  constexpr double kDeviations = 6.5;  // 1.6e-10 of a normal law lies beyond it, on both sides and both axes
  double width = 0;
  for (const PlaneGaussian& component : components_) {
    width = std::max({width, std::abs(component.mean_x) + kDeviations * component.deviation_x,
                      std::abs(component.mean_y) + kDeviations * component.deviation_y});
  }
  return width;
}

}  // namespace mdsm
