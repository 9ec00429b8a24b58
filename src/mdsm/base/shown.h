#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace mdsm {

/// A stranger's text as error texts quote it: in one line (control characters become spaces), and cut behind `most` bytes.
inline std::string shown(std::string_view text, size_t most = 200) {
  const bool whole = text.size() <= most;
  size_t end = std::min(text.size(), most);
  const auto continues = [&](size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  while (!whole && end > 0 && continues(end)) --end;  // a character of UTF-8 is not cut in two
  std::string line(text.substr(0, end));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return whole ? line : line + "...";
}

}  // namespace mdsm
