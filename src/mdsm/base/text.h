#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdsm {

/// A time to read: "0.4s", "9.5s", "48s", "3m07s", "2h05m", "3d04h"; "?" unless it is finite and at least 0.
std::string format_duration(double seconds);

/// A whole number in groups of three: "12,345,678".
std::string format_count(int64_t n);

/// A size with binary units and three figures: "512 B", "1.46 KiB", "23.4 MiB".
/// \param n  at least 0
std::string format_bytes(int64_t n);

/// The text with A to Z as a to z, whatever the locale.
std::string in_small_letters(std::string_view text);

bool is_utf8(std::string_view text);
/// The text as UTF-8: a byte that is none, as in names of old archives, is taken for Latin-1.
std::string valid_utf8(std::string_view text);

}  // namespace mdsm
