#include "mdsm/restore/framed.h"

#include "mdsm/base/error.h"

namespace mdsm {

Tensor middle_of(const Tensor& x, int64_t height, int64_t width) {
  return x.narrow(2, (x.size(2) - height) / 2, height).narrow(3, (x.size(3) - width) / 2, width);
}

Tensor with_border(const Tensor& x, int64_t height, int64_t width) {
  const int64_t above = height - x.size(2);
  const int64_t beside = width - x.size(3);
  return at::constant_pad_nd(x, {beside / 2, beside - beside / 2, above / 2, above - above / 2}, 0);
}

Framed::Framed(std::shared_ptr<const LinearOperator> inner, const Shape& domain)
    : LinearOperator(domain, inner->range()), inner_(std::move(inner)) {
  const Shape& middle = inner_->domain();
  require(domain[0] == middle[0] && domain[1] >= middle[1] && domain[2] >= middle[2],
          "{}: measured images of {} inside images of {} (expected the same channels and no more pixels).",
          inner_->name(), to_text(middle), to_text(domain));
}

// The border is in A's null space, where s = 0.
Tensor Framed::do_filter(const Tensor& x, const SpectralFunction& f) const {
  const Tensor middle = crop(x);
  return (x - pad(middle)) * f(at::zeros({1, 1, 1, 1}, x.options())) + pad(inner_->filter(middle, f));
}

}  // namespace mdsm
