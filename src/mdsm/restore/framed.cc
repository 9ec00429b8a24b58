#include "mdsm/restore/framed.h"

#include "mdsm/base/error.h"

namespace mdsm {

Framed::Framed(std::shared_ptr<const LinearOperator> inner, Shape domain)
    : LinearOperator(domain, inner->range()), inner_(std::move(inner)) {
  const Shape& middle = inner_->domain();
  require(domain[0] == middle[0] && domain[1] >= middle[1] && domain[2] >= middle[2],
          "{}: measured images of {} inside images of {} (expected the same channels and no more pixels).",
          inner_->name(), to_text(middle), to_text(domain));
}

Tensor Framed::crop(const Tensor& x) const {
  const int64_t height = inner_->domain()[1];
  const int64_t width = inner_->domain()[2];
  return x.narrow(2, (x.size(2) - height) / 2, height).narrow(3, (x.size(3) - width) / 2, width);
}

Tensor Framed::pad(const Tensor& x) const {
  const int64_t height = domain()[1] - x.size(2);
  const int64_t width = domain()[2] - x.size(3);
  return at::constant_pad_nd(x, {width / 2, width - width / 2, height / 2, height - height / 2}, 0);
}

// The border is in A's null space, where s = 0.
Tensor Framed::do_filter(const Tensor& x, const SpectralFunction& f) const {
  const Tensor middle = crop(x);
  return (x - pad(middle)) * f(at::zeros({1, 1, 1, 1}, x.options())) + pad(inner_->filter(middle, f));
}

}  // namespace mdsm
