#include "mdsm/noise/corrupt.h"

#include "mdsm/base/error.h"

namespace mdsm {

Tensor corrupt(const Tensor& x, const Tensor& sigma, const RandomRows& rows, uint32_t step) {
  require(sigma.dim() == 1 && sigma.size(0) == x.size(0),
          "corrupt: sigma has shape {} for a batch of {} (each datum has its own noise level). Pass shape ({}).",
          to_text(sigma.sizes()), x.size(0), x.size(0));
  require(rows.count() == x.size(0), "corrupt: {} rows of random numbers for a batch of {}.", rows.count(), x.size(0));
  Tensor noise = rows.normal(step, datum_shape_of(x), x.scalar_type());
  return noise.mul_(per_datum(sigma.to(x.scalar_type()), x)).add_(x);
}

Tensor corrupt(const Tensor& x, double sigma, const RandomRows& rows, uint32_t step) {
  return corrupt(x, at::full({x.size(0)}, sigma, x.options()), rows, step);
}

}  // namespace mdsm
