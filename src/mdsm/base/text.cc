#include "mdsm/base/text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace mdsm {
namespace {

/// Bytes of the character that the text begins with; 0 if that is no UTF-8 (RFC 3629: no longer forms than needed, no
/// surrogates, at most U+10FFFF).
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const auto follows = [&](size_t i, int low = 0x80, int high = 0xBF) { return byte(i) >= low && byte(i) <= high; };
  const int first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
  }
  if (first < 0xF0 || first > 0xF4) return 0;
  return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
}

}  // namespace

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  if (seconds < 9.95) return fmt::format("{:.1f}s", seconds);
  if (seconds < 59.5) return fmt::format("{:.0f}s", seconds);
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  const auto two_units = [&](double large, double small, char large_name, char small_name) {
    const double count = std::round(seconds / small);
    const double per_large = std::round(large / small);
    return fmt::format("{:.0f}{}{:02.0f}{}", std::floor(count / per_large), large_name, std::fmod(count, per_large),
                       small_name);
  };
  if (seconds < kHour - 0.5) return two_units(kMinute, 1, 'm', 's');
  if (seconds < kDay - kMinute / 2) return two_units(kHour, kMinute, 'h', 'm');
  return two_units(kDay, kHour, 'd', 'h');
}

std::string format_count(int64_t n) {
  std::string digits = fmt::format("{}", n);
  const int64_t start = n < 0 ? 1 : 0;
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > start; at -= 3) {
    digits.insert(static_cast<size_t>(at), 1, ',');
  }
  return digits;
}

std::string format_bytes(int64_t n) {
  constexpr std::array<const char*, 6> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (n < 1024) return fmt::format("{} B", n);
  double size = static_cast<double>(n) / 1024;
  size_t unit = 0;
  // Below this a size rounds to less than 1024 of its unit.
  while (size >= 1023.5) {
    size /= 1024;
    ++unit;
  }
  const int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", size, decimals, kUnits[unit]);
}

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& letter : small) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return small;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    if (length > 0) {
      valid += text.substr(at, length);
      at += length;
      continue;
    }
    const auto code = static_cast<unsigned char>(text[at++]);
    valid += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
  }
  return valid;
}

}  // namespace mdsm
