#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// Mean over 2x2 pixels: (B, C, H, W) -> (B, C, H/2, W/2), even sides.
class MeanPool final : public LinearMap {
 public:
  std::string name() const override { return "mean pool 2x2"; }
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override;
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;
};

/// Every pixel repeated in 2x2: (B, C, H, W) -> (B, C, 2H, 2W).
class Upsample final : public LinearMap {
 public:
  std::string name() const override { return "up-sample 2x2"; }
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override;
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;
};

}  // namespace mdsm
