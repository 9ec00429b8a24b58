#include "mdsm/evaluate/ais/temperatures.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "mdsm/base/named.h"

namespace mdsm {
namespace {

std::vector<double> betas_at(int64_t steps, const std::function<double(int64_t)>& beta) {
  require(steps >= 1, "annealed importance sampling: {} temperatures (expected at least 1).", steps);
  std::vector<double> betas(static_cast<size_t>(steps) + 1);
  for (int64_t k = 1; k < steps; ++k) betas[static_cast<size_t>(k)] = beta(k);
  betas.front() = 0;
  betas.back() = 1;
  return betas;
}

}  // namespace

const std::vector<std::string>& beta_spacing_names() {
  static const std::vector<std::string> names{"adaptive", "linear", "exponential"};
  return names;
}

BetaSpacing beta_spacing(const std::string& name) {
  return static_cast<BetaSpacing>(index_of_name(name, beta_spacing_names(), "spacing"));
}

Curve::Curve(std::vector<double> x, std::vector<double> y) : x_(std::move(x)), y_(std::move(y)) {
  require(x_.size() >= 2 && x_.size() == y_.size(), "a curve of {} points with {} values (expected 2 or more).",
          x_.size(), y_.size());
  require(std::ranges::adjacent_find(x_, std::greater_equal<>()) == x_.end(), "a curve whose points do not rise.");
}

double Curve::at(double x) const {
  if (x <= x_.front()) return y_.front();
  if (x >= x_.back()) return y_.back();
  const auto right = static_cast<size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin());
  const double part = (x - x_[right - 1]) / (x_[right] - x_[right - 1]);
  return y_[right - 1] + part * (y_[right] - y_[right - 1]);
}

std::vector<double> adaptive_betas(const Curve& length, int64_t steps) {
  // The inverse curve needs lengths that rise: where the energies agree, a little of beta is added.
  const double slope = 1e-6 + 1e-3 * length.y().back();
  std::vector<double> rising(length.y().size());
  for (size_t i = 0; i < rising.size(); ++i) rising[i] = length.y()[i] + slope * length.x()[i];
  const Curve beta_of(rising, length.x());
  return betas_at(steps, [&](int64_t k) {
    return beta_of.at(rising.back() * static_cast<double>(k) / static_cast<double>(steps));
  });
}

std::vector<double> linear_betas(int64_t steps) {
  return betas_at(steps, [&](int64_t k) { return static_cast<double>(k) / static_cast<double>(steps); });
}

std::vector<double> exponential_betas(int64_t steps) {
  return betas_at(steps, [&](int64_t k) {
    return std::pow(kSmallestBeta, static_cast<double>(steps - k) / static_cast<double>(steps - 1));
  });
}

}  // namespace mdsm
