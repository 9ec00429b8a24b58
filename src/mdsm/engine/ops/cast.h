#pragma once

#include "mdsm/engine/ops/linear_map.h"

namespace mdsm {

/// The same numbers in another type: y = x rounded to `to`. Adjoints go back to the type of x, `from`.
class Cast final : public LinearMap {
 public:
  Cast(at::ScalarType from, at::ScalarType to) : from_(from), to_(to) {}

  std::string name() const override;
  Shape output_shape(const std::vector<Shape>& x) const override;

 private:
  Tensor apply(const Tensors& x) const override { return x[0].to(to_); }
  Tensors adjoint(const Tensor& y_bar, const std::vector<Shape>&) const override { return {y_bar.to(from_)}; }

  at::ScalarType from_;
  at::ScalarType to_;
};

}  // namespace mdsm
