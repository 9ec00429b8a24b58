#pragma once

namespace mdsm {

/// Makes arithmetic of the calling thread, of LibTorch's other threads, and of threads that these start later treat
/// denormal numbers as zero.
///
/// Weights that start at zero make the first gradients denormal, and those are computed ten times slower. A program
/// calls it once, after at::set_num_threads. Does nothing on a processor that cannot.
void flush_denormals();

}  // namespace mdsm
