#include "mdsm/system/runtime.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/system/flush_denormals.h"
#include "mdsm/system/machine.h"
#include "mdsm/system/recycle.h"
#include "mdsm/system/simd_limit.h"

namespace mdsm {

void set_up_process(const RuntimeOptions& options) {
  require(options.threads >= 0, "set_up_process: {} threads (expected at least 1, or 0 for one a core).",
          options.threads);
  static_cast<void>(simd_limit());  // tells of a word that it does not know
  // OMP_NUM_THREADS too may ask for more than there are processors: those would take turns, and spin while they wait.
  const int threads = std::min(options.threads > 0 ? options.threads : at::get_num_threads(), processor_count());
  if (threads != at::get_num_threads()) at::set_num_threads(threads);
  if (options.flush_denormals) flush_denormals();  // of each thread: after their number
  if (options.recycle_buffers) recycle_buffers();
}

}  // namespace mdsm
