#include "mdsm/energy/composed/joint.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"

namespace mdsm {
namespace {

/// The piece of x that each part sees, as views.
Tensors split(const Tensor& x, const EnergyParts& parts) {
  Shape sizes;
  for (size_t i = 0; i < parts.size(); ++i) sizes.push_back(parts[i].datum_shape()[0]);
  return x.split_with_sizes(sizes, 1);
}

class JointLinearization final : public Linearization {
 public:
  JointLinearization(const EnergyParts& parts, const Tensor& x) : parts_(parts) {
    const Tensors pieces = split(x, parts);
    Tensors gradients;
    for (size_t i = 0; i < parts.size(); ++i) {
      at_.push_back(parts[i].linearize(pieces[i]));
      value_ = i == 0 ? at_[i]->value().clone() : value_ + at_[i]->value();
      gradients.push_back(at_[i]->gradient());
    }
    gradient_ = at::cat(gradients, 1);
  }

  const Tensor& value() const override { return value_; }
  const Tensor& gradient() const override { return gradient_; }

  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, gradient_, "v");
    const Tensors pieces = split(v, parts_);
    for (size_t i = 0; i < at_.size(); ++i) {
      Gradients part = parts_.slice(out, i);
      at_[i]->pull_back(pieces[i], part);
    }
  }

  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, value_, "weights");
    for (size_t i = 0; i < at_.size(); ++i) {
      Gradients part = parts_.slice(out, i);
      at_[i]->pull_back_value(weights, part);
    }
  }

  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, gradient_, "v");
    const Tensors pieces = split(v, parts_);
    Tensors products;
    for (size_t i = 0; i < at_.size(); ++i) products.push_back(at_[i]->hessian_vector(pieces[i]));
    return at::cat(products, 1);
  }

 private:
  EnergyParts parts_;
  std::vector<std::unique_ptr<Linearization>> at_;
  Tensor value_;
  Tensor gradient_;
};

}  // namespace

JointEnergy::JointEnergy(std::vector<std::shared_ptr<Energy>> parts)
    : parts_(std::move(parts), "JointEnergy"), datum_shape_(parts_[0].datum_shape()) {
  for (size_t i = 1; i < parts_.size(); ++i) {
    const Shape part = parts_[i].datum_shape();
    require(std::equal(part.begin() + 1, part.end(), datum_shape_.begin() + 1, datum_shape_.end()),
            "JointEnergy: part {} takes data of {} beside {} (only the first axis may differ).", i, to_text(part),
            to_text(parts_[0].datum_shape()));
    datum_shape_[0] += part[0];
  }
}

Tensor JointEnergy::value(const Tensor& x) const {
  require_batch(x, datum_shape_, "JointEnergy");
  const Tensors pieces = split(x, parts_);
  Tensor total = parts_[0].value(pieces[0]);
  for (size_t i = 1; i < parts_.size(); ++i) total = total + parts_[i].value(pieces[i]);
  return total;
}

ValueAndGradient JointEnergy::value_and_gradient(const Tensor& x) const {
  require_batch(x, datum_shape_, "JointEnergy");
  const Tensors pieces = split(x, parts_);
  ValueAndGradient total = parts_[0].value_and_gradient(pieces[0]);
  Tensors gradients{total.gradient};
  for (size_t i = 1; i < parts_.size(); ++i) {
    const ValueAndGradient part = parts_[i].value_and_gradient(pieces[i]);
    total.value = total.value + part.value;
    gradients.push_back(part.gradient);
  }
  return {total.value, at::cat(gradients, 1)};
}

std::unique_ptr<Linearization> JointEnergy::linearize(const Tensor& x) const {
  require_batch(x, datum_shape_, "JointEnergy");
  return std::make_unique<JointLinearization>(parts_, x);
}

}  // namespace mdsm
