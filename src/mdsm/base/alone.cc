#include "mdsm/base/alone.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace mdsm {

void each_alone(int64_t count, const std::function<void(int64_t)>& work) {
  // A parallel region of one task would be none, and the operations in it would take all threads: hence two at least.
  at::parallel_for(0, std::max<int64_t>(2, count), 1, [&](int64_t begin, int64_t end) {
    const at::NoGradGuard no_graph;
    for (int64_t i = begin; i < std::min(end, count); ++i) work(i);
  });
}

Tensor map_each_alone(const Tensor& x, const std::function<Tensor(const Tensor&)>& map) {
  Tensors parts(static_cast<size_t>(x.size(0)));
  // A copy each: a view's alignment, which depends on its place in the batch, may choose another kernel.
  each_alone(x.size(0), [&](int64_t i) {
    const Tensor datum = x.narrow(0, i, 1).clone(at::MemoryFormat::Contiguous);
    parts[static_cast<size_t>(i)] = map(datum);
  });
  return at::cat(parts);
}

}  // namespace mdsm
