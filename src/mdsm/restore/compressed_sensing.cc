#include "mdsm/restore/compressed_sensing.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/restore/cosine.h"

namespace mdsm {
namespace {

int64_t coefficient_count(double fraction, const Shape& domain) {
  require(fraction > 0 && fraction <= 1,
          "compressed sensing: a fraction of {} (expected more than 0 and at most 1: measurements over pixels).",
          fraction);
  return std::max<int64_t>(1, std::llround(fraction * static_cast<double>(element_count(domain))));
}

Tensor random_signs(uint64_t seed, const Shape& domain) {
  Tensor u = at::empty(domain, at::kFloat);
  fill_uniform({.seed = seed, .stream = Stream::measurement, .step = 2},
               {u.data_ptr<float>(), static_cast<size_t>(u.numel())});
  return at::where(u < 0.5, -at::ones_like(u), at::ones_like(u));
}

}  // namespace

CompressedSensing::CompressedSensing(double fraction, uint64_t seed, const Shape& domain)
    : TightOperator(domain, {1, 1, coefficient_count(fraction, domain)}, 1), signs_(random_signs(seed, domain)) {
  require_cosine_sides(domain[1], domain[2], "compressed sensing");
  std::vector<int64_t> order =
      permutation({.seed = seed, .stream = Stream::measurement, .step = 3}, element_count(domain));
  order.resize(static_cast<size_t>(range()[2]));
  std::sort(order.begin(), order.end());
  kept_ = at::tensor(order, at::kLong);
}

Tensor CompressedSensing::do_apply(const Tensor& x) const {
  const Tensor all = cosine_transform(x * signs_.to(x.options())).flatten(1);
  return all.index_select(1, kept_.to(x.device())).view(batch_shape(x.size(0), range()));
}

Tensor CompressedSensing::do_adjoint(const Tensor& y) const {
  Tensor all = at::zeros({y.size(0), element_count(domain())}, y.options());
  all.index_copy_(1, kept_.to(y.device()), y.flatten(1));
  return inverse_cosine_transform(all.view(batch_shape(y.size(0), domain()))) * signs_.to(y.options());
}

}  // namespace mdsm
