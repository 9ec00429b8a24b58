#include "mdsm/train/averaged_energy.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

/// The energy's weights are the average until the end of the scope.
class Exchange {
 public:
  explicit Exchange(const FlatWeights& theta) : weights_(theta.weights), kept_(theta.weights.clone()) {
    weights_.copy_(theta.average);
  }
  ~Exchange() { weights_.copy_(kept_); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

 private:
  Tensor weights_;
  Tensor kept_;
};

class AveragedLinearization final : public Linearization {
 public:
  AveragedLinearization(std::unique_ptr<Linearization> at, FlatWeights theta)
      : at_(std::move(at)), theta_(std::move(theta)) {}

  const Tensor& value() const override { return at_->value(); }
  const Tensor& gradient() const override { return at_->gradient(); }
  void pull_back(const Tensor& v, Gradients& out) override {
    const Exchange exchange(theta_);
    at_->pull_back(v, out);
  }
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    const Exchange exchange(theta_);
    at_->pull_back_value(weights, out);
  }
  Tensor hessian_vector(const Tensor& v) override {
    const Exchange exchange(theta_);
    return at_->hessian_vector(v);
  }

 private:
  std::unique_ptr<Linearization> at_;
  FlatWeights theta_;
};

}  // namespace

AveragedEnergy::AveragedEnergy(std::shared_ptr<const Energy> energy, FlatWeights theta)
    : energy_(std::move(energy)), theta_(std::move(theta)) {
  const Parameters& names = energy_->parameters();
  require(theta_.weights.numel() == names.scalar_count() && theta_.average.numel() == names.scalar_count(),
          "AveragedEnergy: {} weights and {} averages for {} parameters.", theta_.weights.numel(),
          theta_.average.numel(), names.scalar_count());
  int64_t offset = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    average_.add(names.name(i), theta_.average.narrow(0, offset, names[i].numel()).view(names[i].sizes()));
    offset += names[i].numel();
  }
}

Tensor AveragedEnergy::value(const Tensor& x) const {
  const Exchange exchange(theta_);
  return energy_->value(x);
}

ValueAndGradient AveragedEnergy::value_and_gradient(const Tensor& x) const {
  const Exchange exchange(theta_);
  return energy_->value_and_gradient(x);
}

Tensor AveragedEnergy::gradient(const Tensor& x) const {
  const Exchange exchange(theta_);
  return energy_->gradient(x);
}

std::unique_ptr<Linearization> AveragedEnergy::linearize(const Tensor& x) const {
  const Exchange exchange(theta_);
  return std::make_unique<AveragedLinearization>(energy_->linearize(x), theta_);
}

}  // namespace mdsm
