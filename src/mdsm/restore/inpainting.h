#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// y = mask x: some pixels are measured, the others are 0 in y, which has the shape of x.
///
/// As a map onto all pixels its rows are not orthonormal; onto the measured ones they are (s = 1), and the pixels of y
/// where nothing was measured are ignored by the adjoint and the pseudo-inverse, which are both mask y. Convention of
/// deepinv: the mask is 1 where a pixel was measured.
class Inpainting final : public LinearOperator {
 public:
  /// \param mask  (1 or C, H, W), each element 0 or 1, at least one of them 1
  Inpainting(const Tensor& mask, const Shape& domain);
  std::string name() const override { return "inpainting"; }
  double largest_singular_value() const override { return 1; }
  Tensor where_measured() const override { return mask_.unsqueeze(0); }

 private:
  Tensor do_apply(const Tensor& x) const override { return x * mask_.to(x.options()); }
  Tensor do_adjoint(const Tensor& y) const override { return do_apply(y); }
  Tensor do_pseudo_inverse(const Tensor& y) const override { return do_apply(y); }
  Tensor do_filter(const Tensor& x, const SpectralFunction& f) const override {
    return x * f(mask_.to(x.options()).unsqueeze(0));
  }

  Tensor mask_;
};

}  // namespace mdsm
