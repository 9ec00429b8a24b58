#include "mdsm/system/runtime.h"

#include <ATen/Parallel.h>

#include "mdsm/base/error.h"
#include "mdsm/system/flush_denormals.h"
#include "mdsm/system/recycle.h"

namespace mdsm {

void set_up_process(const RuntimeOptions& options) {
  require(options.threads >= 0, "set_up_process: {} threads (expected at least 1, or 0 for one a core).",
          options.threads);
  if (options.threads > 0) at::set_num_threads(options.threads);
  if (options.flush_denormals) flush_denormals();  // of each thread: after their number
  if (options.recycle_buffers) recycle_buffers();
}

}  // namespace mdsm
