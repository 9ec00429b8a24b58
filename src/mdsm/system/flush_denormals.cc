#include "mdsm/system/flush_denormals.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

namespace mdsm {

void flush_denormals() {
  const auto flush = [] { at::globalContext().setFlushDenormal(true); };
  flush();
  // The mode is a register of each thread: new threads inherit it, those of a pool that runs already do not.
  at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) { flush(); });
}

}  // namespace mdsm
