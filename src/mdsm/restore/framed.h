#pragma once

#include "mdsm/restore/linear_operator.h"

namespace mdsm {

/// The middle `height` x `width` pixels of images (B, C, H, W): what pad_to (data/transform.h) has put a border around.
Tensor middle_of(const Tensor& x, int64_t height, int64_t width);
/// Zeros around images up to `height` x `width`; where a margin is odd, one pixel fewer at the top left.
Tensor with_border(const Tensor& x, int64_t height, int64_t width);

/// A measurement of the middle of larger images: A = B C, C the crop to B's domain.
///
/// For energies of images with a border (28 x 28 digits padded to 32 x 32): the border is not measured, and is left to
/// the energy. C C' = I, so that A+ = C' B+ and B's singular values are A's.
class Framed final : public LinearOperator {
 public:
  /// \param domain  same channels as inner->domain(), at least its height and width
  Framed(std::shared_ptr<const LinearOperator> inner, const Shape& domain);
  std::string name() const override { return inner_->name(); }
  double largest_singular_value() const override { return inner_->largest_singular_value(); }

  /// C x and C' y: (B, C, h, w) from (B, C, H, W) and back, zeros around.
  Tensor crop(const Tensor& x) const { return middle_of(x, inner_->domain()[1], inner_->domain()[2]); }
  Tensor pad(const Tensor& x) const { return with_border(x, domain()[1], domain()[2]); }

 private:
  Tensor do_apply(const Tensor& x) const override { return inner_->apply(crop(x)); }
  Tensor do_adjoint(const Tensor& y) const override { return pad(inner_->adjoint(y)); }
  Tensor do_pseudo_inverse(const Tensor& y) const override { return pad(inner_->pseudo_inverse(y)); }
  Tensor do_filter(const Tensor& x, const SpectralFunction& f) const override;

  std::shared_ptr<const LinearOperator> inner_;
};

}  // namespace mdsm
