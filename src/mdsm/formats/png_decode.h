#pragma once

#include <string_view>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// The PNG half of decode_image.
/// \return (C, H, W) uint8, C = 1 for grey and 3 for colour
Tensor decode_png(std::string_view bytes, std::string_view what);

}  // namespace mdsm
