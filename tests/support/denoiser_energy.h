#pragma once

#include <functional>
#include <stdexcept>

#include "mdsm/energy/energy.h"

namespace mdsm::testing {

/// An "energy" that is known by its blind denoiser alone: gradient(x) = (x - D(x)) / sigma0^2, so that the jump is D.
/// What restoration needs; it has no value.
class DenoiserEnergy final : public Energy {
 public:
  using Denoiser = std::function<Tensor(const Tensor& x)>;

  DenoiserEnergy(Denoiser denoiser, double sigma0, Shape shape)
      : denoiser_(std::move(denoiser)), sigma0_(sigma0), shape_(std::move(shape)) {}

  Shape datum_shape() const override { return shape_; }
  Tensor gradient(const Tensor& x) const override { return (x - denoiser_(x)) / (sigma0_ * sigma0_); }
  Tensor value(const Tensor&) const override { throw std::logic_error("no value"); }
  ValueAndGradient value_and_gradient(const Tensor&) const override { throw std::logic_error("no value"); }
  std::unique_ptr<Linearization> linearize(const Tensor&) const override { throw std::logic_error("no value"); }
  const Parameters& parameters() const override { return none_; }

 private:
  Denoiser denoiser_;
  double sigma0_;
  Shape shape_;
  Parameters none_;
};

}  // namespace mdsm::testing
