#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// Images laid side by side along the channels: (B, C_0, H, W), (B, C_1, H, W), ... -> (B, C_0 + C_1 + ..., H, W).
class Concat final : public LinearMap {
 public:
  explicit Concat(size_t count = 2) : count_(count) {}

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;
  Arithmetic arithmetic() const override { return Arithmetic::common; }

 private:
  Tensor apply(const Tensors& x) const override { return at::cat(x, 1); }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;

  size_t count_;
};

}  // namespace mdsm
