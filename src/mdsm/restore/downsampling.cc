#include "mdsm/restore/downsampling.h"

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

Shape reduced(const Shape& domain, int64_t factor) {
  require(domain.size() == 3, "downsampling: data of shape {} are no images.", to_text(domain));
  require(factor >= 1 && domain[1] % factor == 0 && domain[2] % factor == 0,
          "downsampling: images of {} x {} pixels by a factor of {} (it must divide both). Choose another factor.",
          domain[1], domain[2], factor);
  return {domain[0], domain[1] / factor, domain[2] / factor};
}

}  // namespace

Downsampling::Downsampling(int64_t factor, const Shape& domain)
    : TightOperator(domain, reduced(domain, factor), 1 / static_cast<double>(factor)), factor_(factor) {}

Tensor Downsampling::do_apply(const Tensor& x) const { return at::avg_pool2d(x, {factor_, factor_}); }

Tensor Downsampling::do_adjoint(const Tensor& y) const {
  return y.repeat_interleave(factor_, 2).repeat_interleave(factor_, 3) / static_cast<double>(factor_ * factor_);
}

}  // namespace mdsm
