#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// y = some coefficients of a randomised cosine transform: signs of pixels flipped at random, two-dimensional DCT-II of
/// each channel, then a random subset of all coefficients; range (1, 1, M). A A' = I.
///
/// The flipped signs spread every image over all coefficients, so that any few of them measure it as random rows would;
/// the transform costs two small matrix products. Source: Do, Gan, Nguyen, Tran 2012, "Fast and efficient compressive
/// sensing using structurally random matrices".
class CompressedSensing final : public TightOperator {
 public:
  /// \param fraction  of the C H W coefficients that are measured, in (0, 1]; M is rounded, at least 1
  CompressedSensing(double fraction, uint64_t seed, const Shape& domain);
  std::string name() const override { return "compressed sensing"; }

 private:
  Tensor do_apply(const Tensor& x) const override;
  Tensor do_adjoint(const Tensor& y) const override;

  Tensor signs_;  // (C, H, W) float32, each -1 or 1
  Tensor kept_;   // (M) int64, places of the coefficients
};

}  // namespace mdsm
