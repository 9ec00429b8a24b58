#include "mdsm/energy/composed/compose.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"

namespace mdsm {
namespace {

class SumLinearization final : public Linearization {
 public:
  SumLinearization(const EnergyParts& parts, const std::vector<double>& weights, const Tensor& x)
      : parts_(parts), weights_(weights) {
    for (size_t i = 0; i < parts.size(); ++i) {
      at_.push_back(parts[i].linearize(x));
      const Tensor value = at_[i]->value() * weights[i];
      const Tensor gradient = at_[i]->gradient() * weights[i];
      value_ = i == 0 ? value : value_ + value;
      gradient_ = i == 0 ? gradient : gradient_ + gradient;
    }
  }

  const Tensor& value() const override { return value_; }
  const Tensor& gradient() const override { return gradient_; }

  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, gradient_, "v");
    for (size_t i = 0; i < at_.size(); ++i) {
      Gradients part = parts_.slice(out, i);
      at_[i]->pull_back(v * weights_[i], part);
    }
  }

  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, value_, "weights");
    for (size_t i = 0; i < at_.size(); ++i) {
      Gradients part = parts_.slice(out, i);
      at_[i]->pull_back_value(weights * weights_[i], part);
    }
  }

  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, gradient_, "v");
    Tensor total = at_[0]->hessian_vector(v) * weights_[0];
    for (size_t i = 1; i < at_.size(); ++i) total += at_[i]->hessian_vector(v) * weights_[i];
    return total;
  }

 private:
  EnergyParts parts_;
  std::vector<double> weights_;
  std::vector<std::unique_ptr<Linearization>> at_;
  Tensor value_;
  Tensor gradient_;
};

class TemperedLinearization final : public Linearization {
 public:
  TemperedLinearization(std::unique_ptr<Linearization> at, double temperature)
      : at_(std::move(at)),
        temperature_(temperature),
        value_(at_->value() / temperature),
        gradient_(at_->gradient() / temperature) {}

  const Tensor& value() const override { return value_; }
  const Tensor& gradient() const override { return gradient_; }

  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, gradient_, "v");
    at_->pull_back(v / temperature_, out);
  }

  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, value_, "weights");
    at_->pull_back_value(weights / temperature_, out);
  }

  Tensor hessian_vector(const Tensor& v) override { return at_->hessian_vector(v) / temperature_; }

 private:
  std::unique_ptr<Linearization> at_;
  double temperature_;
  Tensor value_;
  Tensor gradient_;
};

}  // namespace

SumEnergy::SumEnergy(std::vector<std::shared_ptr<Energy>> parts, std::vector<double> weights)
    : parts_(std::move(parts), "SumEnergy"), weights_(std::move(weights)) {
  parts_.require_same_datum("SumEnergy");
  if (weights_.empty()) weights_.assign(parts_.size(), 1.0);
  require(weights_.size() == parts_.size(), "SumEnergy: {} weights for {} energies.", weights_.size(), parts_.size());
}

Tensor SumEnergy::value(const Tensor& x) const {
  Tensor total = parts_[0].value(x) * weights_[0];
  for (size_t i = 1; i < parts_.size(); ++i) total += parts_[i].value(x) * weights_[i];
  return total;
}

ValueAndGradient SumEnergy::value_and_gradient(const Tensor& x) const {
  const ValueAndGradient first = parts_[0].value_and_gradient(x);
  ValueAndGradient total{first.value * weights_[0], first.gradient * weights_[0]};
  for (size_t i = 1; i < parts_.size(); ++i) {
    const ValueAndGradient part = parts_[i].value_and_gradient(x);
    total.value += part.value * weights_[i];
    total.gradient += part.gradient * weights_[i];
  }
  return total;
}

std::unique_ptr<Linearization> SumEnergy::linearize(const Tensor& x) const {
  return std::make_unique<SumLinearization>(parts_, weights_, x);
}

TemperedEnergy::TemperedEnergy(std::shared_ptr<Energy> energy, double temperature)
    : energy_(std::move(energy)), temperature_(temperature) {
  require(energy_ != nullptr, "TemperedEnergy: the energy is empty.");
  require(temperature > 0 && std::isfinite(temperature),
          "TemperedEnergy: the temperature is {} (expected a finite number above 0).", temperature);
}

ValueAndGradient TemperedEnergy::value_and_gradient(const Tensor& x) const {
  const ValueAndGradient at = energy_->value_and_gradient(x);
  return {at.value / temperature_, at.gradient / temperature_};
}

std::unique_ptr<Linearization> TemperedEnergy::linearize(const Tensor& x) const {
  return std::make_unique<TemperedLinearization>(energy_->linearize(x), temperature_);
}

}  // namespace mdsm
