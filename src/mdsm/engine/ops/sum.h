#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// y = x_0 + x_1 + ... : inputs of one shape.
class Sum final : public LinearMap {
 public:
  explicit Sum(size_t count = 2) : count_(count) {}

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Arithmetic arithmetic() const override { return Arithmetic::common; }

 private:
  Tensor apply(const Tensors& x) const override;
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>&) const override { return Tensors(count_, y_bar); }

  size_t count_;
};

}  // namespace mdsm
