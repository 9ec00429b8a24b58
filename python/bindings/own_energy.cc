#include "bindings/own_energy.h"

#include "mdsm/energy/linearization_checks.h"

namespace mdsm::python {
namespace {

class OwnLinearization final : public Linearization {
 public:
  OwnLinearization(nb::object object, size_t parameters)
      : value_(nb::cast<Tensor>(object.attr("value"))),
        gradient_(nb::cast<Tensor>(object.attr("gradient"))),
        object_(held(std::move(object))),
        parameters_(parameters) {}

  const Tensor& value() const override { return value_; }
  const Tensor& gradient() const override { return gradient_; }
  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, gradient_, "v");
    add("pull_back", v, out);
  }
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, value_, "weights");
    add("pull_back_value", weights, out);
  }
  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, gradient_, "v");
    const Callback gil;
    return nb::cast<Tensor>(object_->attr("hessian_vector")(v));
  }

 private:
  void add(const char* pass, const Tensor& direction, Gradients& out) {
    require_accumulators(out, parameters_);
    const Callback gil;
    const auto parts = nb::cast<std::vector<Tensor>>(object_->attr(pass)(direction));
    for (size_t i = 0; i < parts.size(); ++i) out.add(i, parts[i]);
  }

  Tensor value_;
  Tensor gradient_;
  std::shared_ptr<nb::object> object_;
  size_t parameters_;
};

}  // namespace

Tensor OwnEnergy::value(const Tensor& x) const {
  require_batch(x, datum_shape_, "energy");
  const Callback gil;
  return nb::cast<Tensor>(object_->attr("value")(x));
}

ValueAndGradient OwnEnergy::value_and_gradient(const Tensor& x) const {
  require_batch(x, datum_shape_, "energy");
  const Callback gil;
  const auto [value, gradient] = nb::cast<std::pair<Tensor, Tensor>>(object_->attr("value_and_gradient")(x));
  return {value, gradient};
}

std::unique_ptr<Linearization> OwnEnergy::linearize(const Tensor& x) const {
  require_batch(x, datum_shape_, "energy");
  const Callback gil;
  return std::make_unique<OwnLinearization>(object_->attr("linearize")(x), theta_.size());
}

}  // namespace mdsm::python
