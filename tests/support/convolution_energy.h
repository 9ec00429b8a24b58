#pragma once

#include <ATen/ATen.h>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/energy/energy.h"

namespace mdsm::testing {

/// E(x) = ||x - c||^2/(2 s^2) + ||y||^2/2, y = conv(tanh(conv(x))), with fixed weights: a network whose convolutions
/// may round differently in another batch. No parameters.
class ConvolutionEnergy final : public Energy {
 public:
  explicit ConvolutionEnergy(Shape datum_shape) : shape_(std::move(datum_shape)) {
    const RandomRows rows = RandomRows::slots(1, Stream::initial_weights, 0, 8);
    first_ = rows.normal(0, {shape_.at(0), 3, 3}) * 0.3;
    second_ = rows.normal(1, {8, 3, 3}) * 0.2;
  }

  Shape datum_shape() const override { return shape_; }
  Tensor value(const Tensor& x) const override { return value_and_gradient(x).value; }

  ValueAndGradient value_and_gradient(const Tensor& x) const override {
    require_batch(x, shape_, "convolution energy");
    const Tensor inner = at::conv2d(x, first_, {}, {1, 1}, {1, 1}).tanh();
    const Tensor outer = at::conv2d(inner, second_, {}, {1, 1}, {1, 1});
    const Tensor inner_bar = at::conv_transpose2d(outer, second_, {}, {1, 1}, {1, 1}) * (1 - inner.square());
    const Tensor offset = (x - 0.5) / kVariance;
    return {sum_per_datum(outer.square() * 0.5) + sum_per_datum(offset.square()) * (kVariance / 2),
            offset + at::conv_transpose2d(inner_bar, first_, {}, {1, 1}, {1, 1})};
  }

  std::unique_ptr<Linearization> linearize(const Tensor& x) const override {
    return std::make_unique<At>(value_and_gradient(x));
  }
  const Parameters& parameters() const override { return none_; }

 private:
  static constexpr double kVariance = 0.04;

  class At final : public Linearization {
   public:
    explicit At(ValueAndGradient at) : at_(std::move(at)) {}
    const Tensor& value() const override { return at_.value; }
    const Tensor& gradient() const override { return at_.gradient; }
    void pull_back(const Tensor&, Gradients&) override {}
    void pull_back_value(const Tensor&, Gradients&) override {}
    Tensor hessian_vector(const Tensor&) override { fail("convolution energy: no test asks for second derivatives."); }

   private:
    ValueAndGradient at_;
  };

  Shape shape_;
  Tensor first_;   // (8, C, 3, 3)
  Tensor second_;  // (8, 8, 3, 3)
  Parameters none_;
};

}  // namespace mdsm::testing
