#include "mdsm/evaluate/distribution.h"

#include "mdsm/base/error.h"

namespace mdsm {

Distribution distribution_of(const Tensor& values) {
  require(values.dim() == 1 && values.size(0) >= 1, "distribution: numbers of shape {} (expected (N), N >= 1).",
          to_text(values.sizes()));
  const Tensor x = values.to(at::kDouble);
  const Tensor q = at::quantile(x, at::tensor({0.05, 0.25, 0.5, 0.75, 0.95}, at::kDouble));
  return {.count = x.size(0),
          .mean = x.mean().item<double>(),
          .deviation = x.size(0) > 1 ? x.std().item<double>() : 0,
          .least = x.min().item<double>(),
          .q05 = q[0].item<double>(),
          .q25 = q[1].item<double>(),
          .median = q[2].item<double>(),
          .q75 = q[3].item<double>(),
          .q95 = q[4].item<double>()};
}

}  // namespace mdsm
