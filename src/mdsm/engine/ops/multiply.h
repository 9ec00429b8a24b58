#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// y = factor x, any shape, for a constant that is no parameter.
class Multiply final : public LinearMap {
 public:
  /// \throws Error unless the factor is a finite number other than 0
  explicit Multiply(double factor);

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override { return x[0] * factor_; }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>&) const override { return {y_bar * factor_}; }

  double factor_;
};

}  // namespace mdsm
