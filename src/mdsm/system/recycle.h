#pragma once

#include <cstdint>

namespace mdsm {

/// What the recycler of buffers has done since the process began.
struct RecycledBytes {
  int64_t in_use = 0;     ///< in tensors now
  int64_t idle = 0;       ///< kept for tensors to come
  int64_t peak = 0;       ///< largest in_use so far
  int64_t requested = 0;  ///< asked of the system in all
};

/// Makes every CPU tensor of 64 KiB or more, from here on and in the whole process, take its memory from a list of
/// buffers that earlier tensors gave back, and the rest from LibTorch's own allocator.
///
/// A step that repeats the shapes of the one before then asks nothing of the system: the page faults of a fresh buffer
/// cost more than the arithmetic on it. Buffers of 2 MiB and more ask for huge pages. Idle buffers are returned to the
/// system when they would make the process larger than one and a half times its peak. Any thread may call it, any
/// number of times; a program calls it once, before its first tensor. Never undone.
void recycle_buffers();

/// Zeros where recycle_buffers() was never called.
RecycledBytes recycled_bytes();

/// Returns all idle buffers to the system and forgets the peak.
void release_recycled_buffers();

}  // namespace mdsm
