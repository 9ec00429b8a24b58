#include "mdsm/train/gradient_norm.h"

#include <ATen/Parallel.h>

namespace mdsm {
namespace {

/// Elements whose squares one thread adds up: it decides the order of the sum, and so its last bits.
constexpr int64_t kChunk = 1 << 15;

}  // namespace

Tensor gradient_norm(const Tensor& gradient) {
  const Tensor flat = gradient.contiguous();
  const int64_t chunks = (flat.numel() + kChunk - 1) / kChunk;
  std::vector<double> sums(static_cast<size_t>(chunks));
  const float* g = flat.data_ptr<float>();
  at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      double sum = 0;
      const int64_t last = std::min(flat.numel(), (chunk + 1) * kChunk);
      for (int64_t i = chunk * kChunk; i < last; ++i) sum += double{g[i]} * double{g[i]};
      sums[static_cast<size_t>(chunk)] = sum;
    }
  });
  double total = 0;
  for (double sum : sums) total += sum;
  return at::scalar_tensor(std::sqrt(total), at::kDouble);
}

}  // namespace mdsm
