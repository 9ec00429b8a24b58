#include "mdsm/restore/decolorize.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr std::array<double, 3> kLuma{0.299, 0.587, 0.114};

double length() { return std::hypot(kLuma[0], kLuma[1], kLuma[2]); }

Tensor weights(const Tensor& like) {
  return at::tensor(at::ArrayRef<double>(kLuma.data(), kLuma.size()), at::kDouble)
      .view({1, 3, 1, 1})
      .to(like.options());
}

Shape grey(const Shape& domain) {
  require(domain.size() == 3 && domain[0] == 3,
          "decolorize: images of shape {} (only those of three channels have a colour to lose).", to_text(domain));
  return {1, domain[1], domain[2]};
}

}  // namespace

Decolorize::Decolorize(const Shape& domain) : TightOperator(domain, grey(domain), length()) {}

Tensor Decolorize::do_apply(const Tensor& x) const {
  const Tensor weighted = x * weights(x);
  Tensor sum = weighted.narrow(1, 0, 1).clone();  // in one order, whatever the batch
  for (int64_t c = 1; c < x.size(1); ++c) sum.add_(weighted.narrow(1, c, 1));
  return sum;
}

Tensor Decolorize::do_adjoint(const Tensor& y) const { return y * weights(y); }

}  // namespace mdsm
