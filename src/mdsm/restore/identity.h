#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// y = x: the operator of denoising, where the measurement's noise is all there is to undo.
class Identity final : public TightOperator {
 public:
  explicit Identity(const Shape& domain) : TightOperator(domain, domain, 1) {}
  std::string name() const override { return "identity"; }

 private:
  Tensor do_apply(const Tensor& x) const override { return x; }
  Tensor do_adjoint(const Tensor& y) const override { return y; }
};

}  // namespace mdsm
