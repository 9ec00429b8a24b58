#include "mdsm/base/finite.h"

#include <cmath>

namespace mdsm {

bool all_finite(const Tensor& values) {
  if (!values.defined() || values.numel() == 0 || !at::isFloatingType(values.scalar_type())) return true;
  // A sum is finite only if every term is, and is much cheaper; a sum that overflows says nothing.
  return std::isfinite(values.sum().item<double>()) || at::isfinite(values).all().item<bool>();
}

std::vector<int64_t> rows_where(const Tensor& mask) {
  if (!mask.defined()) return {};
  const Tensor places = mask.nonzero().flatten().to(at::kCPU).contiguous();
  return {places.const_data_ptr<int64_t>(), places.const_data_ptr<int64_t>() + places.numel()};
}

std::vector<int64_t> rows_not_finite(const Tensor& batch) {
  if (all_finite(batch)) return {};
  return rows_where(at::isfinite(batch.reshape({batch.size(0), -1})).all(1).logical_not());
}

}  // namespace mdsm
