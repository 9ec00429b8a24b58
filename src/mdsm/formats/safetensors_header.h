#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// One tensor of a safetensors file: what the header says, checked.
struct SafeTensorInfo {
  std::string name;
  at::ScalarType type = at::kFloat;
  Shape shape;
  int64_t offset = 0;  ///< of its first byte, from the end of the header

  int64_t byte_count() const;
};

/// The header of a safetensors file.
struct SafeTensorsHeader {
  std::vector<SafeTensorInfo> tensors;  ///< by offset
  std::map<std::string, std::string> metadata;
};

/// Longest header that is read or written, in bytes: the limit of the Rust and Python library.
inline constexpr int64_t kSafeTensorsHeaderLimit = 100'000'000;

/// "F32" for at::kFloat.
/// \throws Error for a type that the format, or this project, does not have
std::string_view safetensors_type_name(at::ScalarType type);

/// The JSON text of a header, padded with spaces to a multiple of 8 bytes. Offsets are taken as they stand.
/// \throws Error if a name or a value is not UTF-8, a name is taken or reserved, or the text is too long
std::string format_safetensors_header(const SafeTensorsHeader& header);

/// Reads a header's JSON and checks everything that it says against the size of the data that follow: types, shapes,
/// overflow, and that the tensors fill the data without gap or overlap.
/// \param data_size  bytes of the file after the header
/// \param who        opens the error text: the file
/// \throws Error
SafeTensorsHeader parse_safetensors_header(std::string_view json, int64_t data_size, std::string_view who);

}  // namespace mdsm
