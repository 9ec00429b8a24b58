#pragma once

#include <cstdint>

namespace mdsm {

/// Bytes that a process may still use without swapping: the smaller of what the kernel calls available and what the
/// control group's limit leaves. The largest number where neither can be read.
int64_t available_memory();

}  // namespace mdsm
