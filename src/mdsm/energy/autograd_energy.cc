#include "mdsm/energy/autograd_energy.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"
#include "mdsm/engine/recording.h"

namespace mdsm {
namespace {

/// Aliases that record nothing, even if the tensors given to the constructor did. Made anew at every call, because
/// Parameters::pack moves the storage behind the handles.
Parameters without_history(const Parameters& theta) {
  Parameters constants;
  for (size_t i = 0; i < theta.size(); ++i) constants.add(theta.name(i), theta[i].detach());
  return constants;
}

/// d(sum of output)/dx, zeros where the output does not depend on x.
Tensor gradient_of(const Tensor& output, const Tensor& x, bool for_second_pass) {
  return differentiated({output}, {at::ones_like(output)}, {x},
                        for_second_pass ? Again::outputs_and_results : Again::nothing)[0];
}

/// A copy without history: nothing that a caller does to it can reach the graph, x or theta.
Tensor result(const Tensor& recorded) { return recorded.detach().clone(at::MemoryFormat::Contiguous); }

/// E and grad E at one batch, with the graph of both.
class AutogradLinearization final : public Linearization {
 public:
  AutogradLinearization(Tensor value, Tensor gradient, Tensor x, Tensors leaves)
      : recorded_value_(std::move(value)),
        recorded_gradient_(std::move(gradient)),
        x_(std::move(x)),
        leaves_(std::move(leaves)),
        value_(result(recorded_value_)),
        gradient_(result(recorded_gradient_)) {}

  const Tensor& value() const override { return value_; }
  const Tensor& gradient() const override { return gradient_; }
  void pull_back(const Tensor& v, Gradients& out) override { add_product(recorded_gradient_, v, "v", out); }
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    add_product(recorded_value_, weights, "weights", out);
  }
  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, gradient_, "v");
    return result(differentiate(recorded_gradient_, v, {x_})[0]);
  }

 private:
  /// out += d/dtheta <direction, recorded>
  void add_product(const Tensor& recorded, const Tensor& direction, std::string_view name, Gradients& out) const {
    require_direction(direction, recorded, name);
    require_accumulators(out, leaves_.size());
    if (leaves_.empty()) return;
    const Tensors found = differentiate(recorded, direction, leaves_);
    // In the caller's own mode: accumulators made in inference mode may only be written there.
    for (size_t i = 0; i < found.size(); ++i) out.add(i, found[i]);
  }

  /// d <direction, recorded> / d wanted
  static Tensors differentiate(const Tensor& recorded, const Tensor& direction, const Tensors& wanted) {
    const RecordingScope recording;
    return differentiated({recorded}, {as_constant_direction(direction)}, wanted, Again::outputs);
  }

  Tensor recorded_value_;
  Tensor recorded_gradient_;
  Tensor x_;
  Tensors leaves_;
  Tensor value_;
  Tensor gradient_;
};

}  // namespace

AutogradEnergy::AutogradEnergy(EnergyFunction function, Parameters theta, Shape datum_shape)
    : function_(std::move(function)), theta_(std::move(theta)), datum_shape_(std::move(datum_shape)) {
  require(function_ != nullptr, "AutogradEnergy: the function is empty. Pass a callable (x, theta) -> E.");
  for (size_t i = 1; i < theta_.size(); ++i) {
    require(theta_[i].scalar_type() == theta_[0].scalar_type() && theta_[i].device() == theta_[0].device(),
            "AutogradEnergy: '{}' differs from '{}' in type or device (all parameters share one).", theta_.name(i),
            theta_.name(0));
  }
}

void AutogradEnergy::require_input(const Tensor& x) const {
  require_batch(x, datum_shape_, "AutogradEnergy");
  if (theta_.empty()) return;
  require(x.scalar_type() == theta_[0].scalar_type() && x.device() == theta_[0].device(),
          "AutogradEnergy: the input is {} on {} (the parameters are {} on {}). Convert it with x.to(...).",
          toString(x.scalar_type()), x.device().str(), toString(theta_[0].scalar_type()), theta_[0].device().str());
}

Tensor AutogradEnergy::evaluate(const Tensor& x, const Parameters& theta) const {
  Tensor value = function_(x, theta);
  require(value.defined() && value.dim() == 1 && value.size(0) == x.size(0),
          "AutogradEnergy: the function gave shape {} for a batch of {} (one energy a datum). Sum over every axis but "
          "the first.",
          value.defined() ? to_text(value.sizes()) : "none", x.size(0));
  return value;
}

Tensor AutogradEnergy::value(const Tensor& x) const {
  require_input(x);
  const RecordingScope recording;
  const c10::NoGradGuard no_graph;
  return result(evaluate(x.detach(), without_history(theta_)));
}

ValueAndGradient AutogradEnergy::value_and_gradient(const Tensor& x) const {
  require_input(x);
  const RecordingScope recording;
  const Tensor leaf = as_leaf(x);
  const Tensor value = evaluate(leaf, without_history(theta_));
  const Tensor gradient = gradient_of(value, leaf, /*for_second_pass=*/false);
  return {result(value), result(gradient)};
}

std::unique_ptr<Linearization> AutogradEnergy::linearize(const Tensor& x) const {
  require_input(x);
  const RecordingScope recording;
  const Tensor leaf = as_leaf(x);
  const Parameters leaves = theta_.as_leaves();
  const Tensor value = evaluate(leaf, leaves);
  const Tensor gradient = gradient_of(value, leaf, /*for_second_pass=*/true);
  return std::make_unique<AutogradLinearization>(value, gradient, leaf, leaves.tensors());
}

}  // namespace mdsm
