#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

// NumPy's array files (numpy.lib.format, versions 1 to 3): whole numbers of 1, 2, 4 and 8 bytes, float16, float32,
// float64 and bool, of either order of bytes, any rank, rows first or columns first. Arrays of Python objects, records
// and strings are refused: nothing in a file is run.

/// The array in the bytes of a .npy file, a contiguous copy.
/// \param what  names the bytes in error texts
/// \throws Error if they are damaged, cut short, or of another type
Tensor decode_npy(std::string_view bytes, std::string_view what);
/// The bytes of a .npy file (version 1, rows first).
/// \throws Error for a type not named above
std::string encode_npy(const Tensor& array);

/// \throws Error as decode_npy; the file's size is checked against its header before anything is allocated
Tensor read_npy(const std::filesystem::path& path);
/// Atomic: the name holds the old file or all of the new one.
void write_npy(const std::filesystem::path& path, const Tensor& array);

/// One array of a .npz file.
struct NamedArray {
  std::string name;  ///< without ".npy"
  Tensor array;
};

/// Names of the arrays in a .npz file (a .zip of .npy files), in the file's order.
std::vector<std::string> npz_names(const std::filesystem::path& path);
/// Whether the numbers of the array of this name could be read: false for strings, Python objects, records.
/// \throws Error as read_npz
bool npz_is_readable(const std::filesystem::path& path, std::string_view name);
/// One array of it.
/// \throws Error that names the nearest array if there is none of this name
Tensor read_npz(const std::filesystem::path& path, std::string_view name);
/// As numpy.savez writes it: not compressed. Atomic.
void write_npz(const std::filesystem::path& path, const std::vector<NamedArray>& arrays);

}  // namespace mdsm
