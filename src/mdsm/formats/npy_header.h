#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// In which order the elements lie: the last index fastest (C), or the first (Fortran).
enum class NpyOrder { rows_first, columns_first };

/// What stands in front of the elements of a .npy file.
struct NpyHeader {
  at::ScalarType type = at::kFloat;
  bool readable = true;  ///< false: Python objects, records, strings, ...; then `descr` says what, and there is no type
  bool swapped = false;  ///< the highest byte of each element comes first
  std::string descr;     ///< NumPy's name of the type: "<f4"
  NpyOrder order = NpyOrder::rows_first;
  Shape shape;
  int64_t header_bytes = 0;  ///< where the elements begin
  int64_t data_bytes = 0;    ///< what they take: checked not to overflow, nothing more; 0 if they are not readable
};

/// Headers longer than this are refused: NumPy's own limit is 10 000 characters, and a plain array's takes 128 bytes.
inline constexpr int64_t kNpyHeaderLimit = 65536;

/// Reads the header at the start of `bytes`, which holds at least the first kNpyHeaderLimit bytes of the file, or all.
/// \throws Error if it is damaged
NpyHeader parse_npy_header(std::string_view bytes, std::string_view what);

/// \throws Error that says what to do if the array is of a type that is not read
void require_readable(const NpyHeader& header, std::string_view what);

/// Header of version 1, padded to a multiple of 64 bytes.
/// \throws Error for a type that is not written
std::string format_npy_header(at::ScalarType type, at::IntArrayRef shape);

}  // namespace mdsm
