#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "mdsm/formats/npy_header.h"

namespace mdsm {

/// The elements of a .npy file, or of one inside a .npz, in the order in which they lie, piece by piece: a set then
/// needs no memory beside its own.
class NpyReader {
 public:
  /// \throws Error as decode_npy; the file's size is checked against its header
  explicit NpyReader(const std::filesystem::path& path);
  /// An array of a .npz file; its header is told even where its elements cannot be read.
  /// \throws Error that names the nearest array if there is none of this name
  NpyReader(const std::filesystem::path& npz, std::string_view name);
  NpyReader(NpyReader&& other) noexcept;
  ~NpyReader();

  const NpyHeader& header() const { return header_; }
  /// The next `count` elements, one axis, of header().type.
  /// \throws Error if they are of a type that is not read, or the file ends before; with the last element, if it does not end there
  Tensor next(int64_t count);

 private:
  class Bytes;
  class FileBytes;
  class MemberBytes;

  void begin();
  int64_t read(char* out, int64_t count);

  std::string what_;
  std::unique_ptr<Bytes> bytes_;
  std::string start_;  // read with the header, not yet given
  NpyHeader header_;
  int64_t done_ = 0;  // bytes of elements
};

/// The whole array, contiguous, its axes in order.
Tensor read_whole(NpyReader reader);

}  // namespace mdsm
