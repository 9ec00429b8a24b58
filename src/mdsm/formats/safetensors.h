#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/formats/safetensors_header.h"

namespace mdsm {

/// What a safetensors file holds: named tensors in an order, and texts by key.
///
/// Format (github.com/huggingface/safetensors, "Format"): 8 bytes of header length, a JSON header, the tensors' bytes;
/// all little-endian. Types: F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL.
struct SafeTensors {
  std::vector<std::pair<std::string, Tensor>> tensors;
  std::map<std::string, std::string> metadata;

  /// \throws Error that names the nearest existing name
  const Tensor& at(std::string_view name) const;
  bool contains(std::string_view name) const;
};

/// Writes a file that Python's `safetensors` reads: atomically, the same bytes for the same content.
///
/// Tensors of larger elements come first, so that each is aligned; within one size they keep their order.
/// \throws Error if a name is taken or reserved, a type is not of the format or a text is not UTF-8; Error(failure) as
///         write_file_atomically does
void write_safetensors(const std::filesystem::path& path, const SafeTensors& content);

/// Reads a whole file: contiguous tensors on the CPU, in the order of their bytes. Nothing is allocated before the
/// header is known to agree with the file's size.
/// \throws Error that says what is wrong with the file
SafeTensors read_safetensors(const std::filesystem::path& path);

/// Names, types, shapes and metadata alone; checked as read_safetensors checks them.
SafeTensorsHeader read_safetensors_header(const std::filesystem::path& path);

}  // namespace mdsm
