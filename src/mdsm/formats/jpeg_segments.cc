#include "mdsm/formats/jpeg_segments.h"

namespace mdsm {

void for_each_jpeg_segment(std::string_view bytes,
                           const std::function<void(uint8_t code, std::string_view content)>& action) {
  const auto byte_at = [&](size_t at) { return static_cast<uint8_t>(bytes[at]); };
  for (size_t at = 2; at + 4 <= bytes.size() && byte_at(at) == 0xFF;) {
    const uint8_t code = byte_at(at + 1);
    if (code == 0xFF) {  // a byte that fills
      ++at;
      continue;
    }
    if (code == 0xDA || code == 0xD9) break;
    const size_t length = size_t{byte_at(at + 2)} << 8 | byte_at(at + 3);
    if (length < 2 || length > bytes.size() - at - 2) break;
    action(code, bytes.substr(at + 4, length - 2));
    at += 2 + length;
  }
}

}  // namespace mdsm
