#pragma once

#include <string_view>

#include "mdsm/formats/image_file.h"

namespace mdsm {

/// The PNG half of decode_picture; not turned.
Picture decode_png(std::string_view bytes, std::string_view what, uint8_t background);

}  // namespace mdsm
