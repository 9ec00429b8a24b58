#include "mdsm/energy/analytic/analytic.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"

namespace mdsm {
namespace {

/// With no parameters there is nothing to pull back to: arguments are checked all the same.
class AnalyticLinearization final : public Linearization {
 public:
  explicit AnalyticLinearization(ValueAndGradient at) : at_(std::move(at)) {}
  const Tensor& value() const override { return at_.value; }
  const Tensor& gradient() const override { return at_.gradient; }
  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, at_.gradient, "v");
    require_accumulators(out, 0);
  }
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, at_.value, "weights");
    require_accumulators(out, 0);
  }

 private:
  ValueAndGradient at_;
};

void require_temperature(double temperature) {
  require(temperature > 0 && std::isfinite(temperature),
          "analytic energy: the temperature is {} (exp(-E/T) needs a positive, finite T). Pass one.", temperature);
}

}  // namespace

AnalyticEnergy::AnalyticEnergy(Shape datum_shape)
    : datum_shape_(std::move(datum_shape)), dimension_(element_count(datum_shape_)) {
  const bool fits = !datum_shape_.empty() && std::ranges::all_of(datum_shape_, [](int64_t size) { return size >= 1; });
  require(fits, "analytic energy: a datum of shape {} (every size must be at least 1). Pass (D) or (C, H, W).",
          to_text(datum_shape_));
}

double AnalyticEnergy::log_normaliser(double temperature) const {
  require_temperature(temperature);
  return log_normaliser_at(temperature);
}

Tensor AnalyticEnergy::sample(const RandomRows& rows, double temperature, at::ScalarType type) const {
  require_temperature(temperature);
  const c10::NoGradGuard no_history;
  return draw(rows, temperature).to(type).reshape(batch_shape(rows.count(), datum_shape_));
}

Tensor AnalyticEnergy::value(const Tensor& x) const { return value_and_gradient(x).value; }

ValueAndGradient AnalyticEnergy::value_and_gradient(const Tensor& x) const {
  require_batch(x, datum_shape_, "analytic energy");
  const c10::NoGradGuard no_history;
  ValueAndGradient at = evaluate(x.flatten(1));
  at.gradient = at.gradient.reshape(x.sizes());
  return at;
}

std::unique_ptr<Linearization> AnalyticEnergy::linearize(const Tensor& x) const {
  return std::make_unique<AnalyticLinearization>(value_and_gradient(x));
}

}  // namespace mdsm
