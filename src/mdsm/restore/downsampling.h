#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// y = means of the f x f squares of x: what a sensor of fewer pixels sees. A A' = I / f^2.
class Downsampling final : public TightOperator {
 public:
  /// \param factor  f, at least 1; divides height and width
  Downsampling(int64_t factor, const Shape& domain);
  std::string name() const override { return "downsampling"; }

 private:
  Tensor do_apply(const Tensor& x) const override;
  Tensor do_adjoint(const Tensor& y) const override;

  int64_t factor_;
};

}  // namespace mdsm
