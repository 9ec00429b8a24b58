#include "mdsm/energy/analytic/analytic.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"
#include "mdsm/engine/recording.h"

namespace mdsm {
namespace {

using GradientFunction = std::function<Tensor(const Tensor& rows)>;

/// With no parameters there is nothing to pull back to: arguments are checked all the same. Second derivatives are
/// autograd's, of the gradient in closed form.
class AnalyticLinearization final : public Linearization {
 public:
  AnalyticLinearization(ValueAndGradient at, Tensor x, GradientFunction gradient_of)
      : at_(std::move(at)), x_(std::move(x)), gradient_of_(std::move(gradient_of)) {}
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
  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, at_.gradient, "v");
    const RecordingScope recording;
    const Tensor rows = as_leaf(x_.flatten(1));
    const Tensor gradient = gradient_of_(rows);
    const Tensors found = differentiated({gradient}, {as_constant_direction(v.flatten(1))}, {rows});
    return found[0].detach().reshape(x_.sizes());
  }

 private:
  ValueAndGradient at_;
  Tensor x_;
  GradientFunction gradient_of_;
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
  ValueAndGradient at = value_and_gradient(x);
  return std::make_unique<AnalyticLinearization>(std::move(at), x.detach(),
                                                 [this](const Tensor& rows) { return evaluate(rows).gradient; });
}

}  // namespace mdsm
