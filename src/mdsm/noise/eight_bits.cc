#include "mdsm/noise/eight_bits.h"

#include "mdsm/base/error.h"

namespace mdsm {

Tensor as_eight_bits(const Tensor& x) {
  constexpr double kLargest = 255;
  return x.clamp(0, 1).mul_(kLargest).round_().div_(kLargest);
}

Tensor with_eight_bits(const Tensor& noisy, double part, const RandomRows& rows, uint32_t step) {
  require(rows.count() == noisy.size(0), "with_eight_bits: {} rows of random numbers for {} data.", rows.count(),
          noisy.size(0));
  if (part <= 0) return noisy;
  const Tensor chosen = rows.uniform(step, {1}).flatten() < part;
  std::vector<int64_t> shape(static_cast<size_t>(noisy.dim()), 1);
  shape[0] = noisy.size(0);
  return at::where(chosen.view(shape), as_eight_bits(noisy), noisy);
}

}  // namespace mdsm
