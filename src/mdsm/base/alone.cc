#include "mdsm/base/alone.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <omp.h>

#include <algorithm>

namespace mdsm {

void each_alone(int64_t count, const std::function<void(int64_t)>& work) {
  // A parallel region of one task would be none, and the operations in it would take all threads: hence two at least.
  at::parallel_for(0, std::max<int64_t>(2, count), 1, [&](int64_t begin, int64_t end) {
    const at::NoGradGuard no_graph;
    // oneDNN asks how many threads there are, not how many it will have, and cuts its sums by that. For this task alone;
    // after LibTorch's own settings, which its library and its headers in ours make at a thread's first question.
    static_cast<void>(at::get_num_threads());
    at::internal::lazy_init_num_threads();
    if (omp_in_parallel() != 0) omp_set_num_threads(1);
    for (int64_t i = begin; i < std::min(end, count); ++i) work(i);
  });
}

Tensor map_each_alone(const Tensor& x, const std::function<Tensor(const Tensor&)>& map, int64_t size) {
  const int64_t count = x.size(0), groups = (count + size - 1) / size;
  Tensors parts(static_cast<size_t>(groups));
  each_alone(groups, [&](int64_t group) {
    // Copies: a view's alignment, which depends on its place in the batch, may choose another kernel.
    const Tensor rows = (at::arange(size, at::kLong) + group * size).clamp_max(count - 1);
    parts[static_cast<size_t>(group)] = map(x.index_select(0, rows.to(x.device())));
  });
  return at::cat(parts).narrow(0, 0, count);
}

}  // namespace mdsm
