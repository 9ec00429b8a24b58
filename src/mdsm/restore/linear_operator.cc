#include "mdsm/restore/linear_operator.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

void require_image_shape(const Shape& shape, const char* what) {
  const bool image = shape.size() == 3 && std::all_of(shape.begin(), shape.end(), [](int64_t n) { return n >= 1; });
  require(image, "linear operator: its {} has shape {} (expected (C, H, W), each at least 1).", what, to_text(shape));
}

}  // namespace

LinearOperator::LinearOperator(Shape domain, Shape range) : domain_(std::move(domain)), range_(std::move(range)) {
  require_image_shape(domain_, "domain");
  require_image_shape(range_, "range");
}

Tensor LinearOperator::apply(const Tensor& x) const {
  require_batch(x, domain_, name());
  return do_apply(x);
}

Tensor LinearOperator::adjoint(const Tensor& y) const {
  require_batch(y, range_, name() + ", adjoint");
  return do_adjoint(y);
}

Tensor LinearOperator::pseudo_inverse(const Tensor& y) const {
  require_batch(y, range_, name() + ", pseudo-inverse");
  return do_pseudo_inverse(y);
}

Tensor LinearOperator::filter(const Tensor& x, const SpectralFunction& f) const {
  require_batch(x, domain_, name() + ", filter");
  return do_filter(x, f);
}

Tensor LinearOperator::where_measured() const { return at::ones(batch_shape(1, range_), at::kFloat); }

TightOperator::TightOperator(Shape domain, Shape range, double singular_value)
    : LinearOperator(std::move(domain), std::move(range)), singular_value_(singular_value) {}

Tensor TightOperator::do_pseudo_inverse(const Tensor& y) const {
  return adjoint(y) / (singular_value_ * singular_value_);
}

Tensor TightOperator::do_filter(const Tensor& x, const SpectralFunction& f) const {
  const Tensor measured = do_pseudo_inverse(apply(x));
  const auto weight = [&](double s) { return f(at::full({1, 1, 1, 1}, s, x.options())); };
  return weight(singular_value_) * measured + weight(0) * (x - measured);
}

}  // namespace mdsm
