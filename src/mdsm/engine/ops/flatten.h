#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// (B, ...) -> (B, n), in PyTorch's order of entries.
class Flatten final : public LinearMap {
 public:
  std::string name() const override { return "flatten"; }
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override { return x[0].flatten(1); }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override { return {y_bar.reshape(x[0])}; }
};

}  // namespace mdsm
