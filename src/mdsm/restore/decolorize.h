#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// y = 0.299 R + 0.587 G + 0.114 B (luma of ITU-R BT.601, as data/transform.h has it), (1, H, W). A A' = |w|^2 I.
class Decolorize final : public TightOperator {
 public:
  /// \throws Error unless the images have three channels
  explicit Decolorize(const Shape& domain);
  std::string name() const override { return "decolorize"; }

 private:
  Tensor do_apply(const Tensor& x) const override;
  Tensor do_adjoint(const Tensor& y) const override;
};

}  // namespace mdsm
