#include "mdsm/energy/composed/product.h"

#include "mdsm/energy/linearization_checks.h"

namespace mdsm {
namespace {

/// Equation (1) of docs/derivations/composition.md.
ValueAndGradient multiply(const ValueAndGradient& first, const ValueAndGradient& second) {
  return {first.value * second.value, per_datum(second.value, first.gradient) * first.gradient +
                                          per_datum(first.value, second.gradient) * second.gradient};
}

class ProductLinearization final : public Linearization {
 public:
  ProductLinearization(const EnergyParts& parts, const Tensor& x)
      : parts_(parts),
        at_{parts[0].linearize(x), parts[1].linearize(x)},
        product_(multiply({at_[0]->value(), at_[0]->gradient()}, {at_[1]->value(), at_[1]->gradient()})) {}

  const Tensor& value() const override { return product_.value; }
  const Tensor& gradient() const override { return product_.gradient; }

  /// Equation (2).
  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, gradient(), "v");
    for (size_t i = 0; i < 2; ++i) {
      const Linearization& other = *at_[1 - i];
      Gradients part = parts_.slice(out, i);
      at_[i]->pull_back(per_datum(other.value(), v) * v, part);
      at_[i]->pull_back_value(sum_per_datum(v * other.gradient()), part);
    }
  }

  /// Equation (3).
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, value(), "weights");
    for (size_t i = 0; i < 2; ++i) {
      Gradients part = parts_.slice(out, i);
      at_[i]->pull_back_value(weights * at_[1 - i]->value(), part);
    }
  }

  /// Equation (4).
  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, gradient(), "v");
    Tensor total = at::zeros_like(gradient());
    for (size_t i = 0; i < 2; ++i) {
      const Linearization& other = *at_[1 - i];
      total += per_datum(other.value(), v) * at_[i]->hessian_vector(v);
      total += per_datum(sum_per_datum(v * other.gradient()), v) * at_[i]->gradient();
    }
    return total;
  }

 private:
  EnergyParts parts_;
  std::array<std::unique_ptr<Linearization>, 2> at_;
  ValueAndGradient product_;
};

}  // namespace

ProductEnergy::ProductEnergy(std::shared_ptr<Energy> first, std::shared_ptr<Energy> second)
    : parts_({std::move(first), std::move(second)}, "ProductEnergy") {
  parts_.require_same_datum("ProductEnergy");
}

Tensor ProductEnergy::value(const Tensor& x) const { return parts_[0].value(x) * parts_[1].value(x); }

ValueAndGradient ProductEnergy::value_and_gradient(const Tensor& x) const {
  return multiply(parts_[0].value_and_gradient(x), parts_[1].value_and_gradient(x));
}

std::unique_ptr<Linearization> ProductEnergy::linearize(const Tensor& x) const {
  return std::make_unique<ProductLinearization>(parts_, x);
}

}  // namespace mdsm
