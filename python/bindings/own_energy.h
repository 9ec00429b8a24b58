#pragma once

#include "bindings/work.h"
#include "mdsm/energy/energy.h"

namespace mdsm::python {

/// An energy that Python computes: an object with
///
///     value(x) -> (B)    value_and_gradient(x) -> pair    linearize(x) -> object with value, gradient,
///     pull_back(v) -> list    pull_back_value(w) -> list    hessian_vector(v)
///
/// where the lists have one tensor a parameter. Called in any thread, under the GIL.
class OwnEnergy final : public Energy {
 public:
  OwnEnergy(nb::object object, Shape datum_shape, Parameters theta)
      : object_(held(std::move(object))), datum_shape_(std::move(datum_shape)), theta_(std::move(theta)) {}

  Shape datum_shape() const override { return datum_shape_; }
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return theta_; }

 private:
  std::shared_ptr<nb::object> object_;
  Shape datum_shape_;
  Parameters theta_;
};

}  // namespace mdsm::python
