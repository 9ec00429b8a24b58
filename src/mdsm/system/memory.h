#pragma once

#include <cstdint>

namespace mdsm {

/// Bytes that this process may still use without swapping: the least of what the kernel calls available, what the limits
/// of its control groups leave and what that of its address space leaves. The largest number where none can be read.
int64_t available_memory();

/// Bytes of this process that are in memory now, and the most there were since it began or since the last reset.
/// 0 where the kernel does not tell.
int64_t resident_bytes();
int64_t peak_resident_bytes();
/// Sets the peak back to what is resident now.
/// \return whether the kernel allows it
bool reset_peak_resident_bytes();

}  // namespace mdsm
