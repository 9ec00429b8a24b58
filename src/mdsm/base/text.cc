#include "mdsm/base/text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace mdsm {

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

}  // namespace mdsm
