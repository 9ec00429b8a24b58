#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// What a blur sees beyond the image's border.
enum class Boundary {
  circular,  ///< the opposite side: diagonal in the Fourier transform; any kernel
  reflect,   ///< the image mirrored at its border: diagonal in the cosine transform; symmetric kernels
};

/// y = kernel * x, each channel by itself, in the shape of x.
///
/// Frequencies that the kernel passes by less than kFloor of its strongest are not passed at all, so that A+ amplifies
/// nothing by more than 1/kFloor and the pseudo-inverse is that of this very A. Against the untouched kernel that
/// changes y by at most kFloor of the image's contrast, less than an 8-bit step.
class Blur final : public LinearOperator {
 public:
  static constexpr double kFloor = 1e-3;

  /// \param kernel  (K, L), both odd and not larger than the image
  /// \throws Error if it is not so, is 0, or is not symmetric in both axes where the boundary reflects
  Blur(const Tensor& kernel, Boundary boundary, const Shape& domain);
  std::string name() const override { return "blur"; }
  double largest_singular_value() const override { return largest_; }

 private:
  Tensor do_apply(const Tensor& x) const override { return scaled(x, response_); }
  Tensor do_adjoint(const Tensor& y) const override;
  Tensor do_pseudo_inverse(const Tensor& y) const override;
  Tensor do_filter(const Tensor& x, const SpectralFunction& f) const override;
  Tensor scaled(const Tensor& x, const Tensor& weights) const;

  Boundary boundary_;
  Tensor response_;  // (H, W/2 + 1) complex128 of the real Fourier transform, or (H, W) float64 of the cosine transform
  double largest_;
};

}  // namespace mdsm
