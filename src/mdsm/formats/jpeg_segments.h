#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace mdsm {

/// Calls action with the code and the content of each segment of a JPEG file up to its pixels or the first that the bytes
/// do not hold whole: FF, a code, the length in two bytes (which counts itself) (ITU-T T.81, annex B).
void for_each_jpeg_segment(std::string_view bytes,
                           const std::function<void(uint8_t code, std::string_view content)>& action);

}  // namespace mdsm
