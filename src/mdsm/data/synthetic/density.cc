#include "mdsm/data/synthetic/density.h"

#include <ATen/Parallel.h>

#include "mdsm/base/error.h"

namespace mdsm {

Tensor SyntheticDensity::log_density(const Tensor& x) const {
  require(x.dim() == 2 && x.size(1) == 2 && x.is_floating_point(),
          "log_density: x has shape {} (expected points of the plane). Pass a floating-point tensor (B, 2).",
          to_text(x.sizes()));
  const Tensor points = x.detach().to(at::kCPU, at::kDouble).contiguous();
  Tensor result = at::empty({points.size(0)}, at::kDouble);
  const double* from = points.const_data_ptr<double>();
  double* to = result.mutable_data_ptr<double>();
  at::parallel_for(0, points.size(0), 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) to[i] = log_density_at(from[2 * i], from[2 * i + 1]);
  });
  return result;
}

Tensor SyntheticDensity::sample(std::span<const RandomKey> keys) const {
  const auto count = static_cast<int64_t>(keys.size());
  Tensor result = at::empty({count, 2}, at::kDouble);
  double* to = result.mutable_data_ptr<double>();
  at::parallel_for(0, count, 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const PlanePoint point = draw(keys[static_cast<size_t>(i)]);
      to[2 * i] = point.x;
      to[2 * i + 1] = point.y;
    }
  });
  return result;
}

}  // namespace mdsm
