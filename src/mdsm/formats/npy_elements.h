#pragma once

#include <algorithm>

#include "mdsm/formats/npy_header.h"

namespace mdsm {

/// What the bytes of a .npy file stand for.
/// \param raw  the bytes as they are, of the header's type; may be changed
inline Tensor as_elements(const NpyHeader& header, const Tensor& raw) {
  if (header.swapped) {
    auto* bytes = static_cast<char*>(raw.mutable_data_ptr());
    const auto width = static_cast<size_t>(raw.element_size());
    for (size_t at = 0; at < raw.nbytes(); at += width) std::reverse(bytes + at, bytes + at + width);
  }
  return header.type == at::kBool ? raw.view(at::kByte).ne(0) : raw;  // any byte may stand for true
}

}  // namespace mdsm
