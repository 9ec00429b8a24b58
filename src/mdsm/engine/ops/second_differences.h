#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// Second differences down and across, H = D_y D_x / 6, D u[i] = u[i-1] - 2 u[i] + u[i+1]: (B, C, H, W) to the same shape. Outside
/// of an image its outermost pixels are repeated, which makes D, and H, their own adjoints.
///
/// H takes away what is smooth along either axis, edges along them too, and keeps the size of white noise: mean((H n)^2) is sigma^2
/// within an image (36 is the sum of the squared weights). So its root mean square is a first guess of the noise
/// (Immerkaer, Fast noise variance estimation, 1996), too large by what fine texture there is.
class SecondDifferences final : public LinearMap {
 public:
  std::string name() const override { return "second differences"; }
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override;
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>& x) const override;
};

}  // namespace mdsm
