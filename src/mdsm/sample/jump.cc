#include "mdsm/sample/jump.h"

#include <c10/core/GradMode.h>

#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {

void require_sigma0(double sigma0, std::string_view who) {
  require(sigma0 > 0 && std::isfinite(sigma0), "{}: sigma0 is {} (it must be positive and finite).", who, sigma0);
}

Tensor jump(const Energy& energy, const Tensor& x, double sigma0) {
  require_sigma0(sigma0, "jump");
  const c10::NoGradGuard no_history;
  return x - energy.gradient(x) * (sigma0 * sigma0);
}

Tensor implied_sigma(const Tensor& x, const Tensor& denoised) {
  require(x.sizes() == denoised.sizes(), "implied_sigma: shapes {} and {} (a batch and what it was denoised to).",
          to_text(x.sizes()), to_text(denoised.sizes()));
  const double elements = static_cast<double>(element_count(datum_shape_of(x)));
  return sum_per_datum((x - denoised).square()).div_(elements).sqrt_();
}

}  // namespace mdsm
