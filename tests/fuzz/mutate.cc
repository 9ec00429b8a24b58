#include "fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace mdsm::fuzz {
namespace {

size_t below(size_t count, std::mt19937_64& random) { return count == 0 ? 0 : random() % count; }

/// Numbers at which readers' sums overflow, written over the bytes in either order.
void write_number(std::string& bytes, std::mt19937_64& random) {
  constexpr std::array<uint64_t, 10> kNumbers{
      0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
  const uint64_t number = kNumbers.at(below(kNumbers.size(), random)) - below(2, random);
  const size_t width = size_t{1} << below(4, random);
  if (bytes.size() < width) return;
  std::array<char, sizeof number> text{};
  std::memcpy(text.data(), &number, sizeof number);
  if (below(2, random) == 0) std::reverse(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(width));
  bytes.replace(below(bytes.size() - width + 1, random), width, text.data(), width);
}

/// A number in a text becomes another.
void write_digits(std::string& bytes, std::mt19937_64& random) {
  const std::array<const char*, 8> kNumbers{"0",      "-1",  "1e308", "99999999999999999999", "9223372036854775807",
                                            "1e-400", "nan", "0.5"};
  const auto is_digit = [](unsigned char letter) { return std::isdigit(letter) != 0; };
  const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size(), random));
  const auto first = std::find_if(from, bytes.end(), is_digit);
  const auto last = std::find_if_not(first, bytes.end(), is_digit);
  bytes.replace(first, last, kNumbers.at(below(kNumbers.size(), random)));
}

void change(std::string& bytes, const std::string& other, std::mt19937_64& random) {
  const size_t at = below(bytes.size() + 1, random);
  const size_t length = 1 + below(std::min<size_t>(64, bytes.size() - at + 1), random);
  switch (below(7, random)) {
    case 0:
      if (!bytes.empty()) bytes[below(bytes.size(), random)] ^= static_cast<char>(1U << below(8, random));
      return;
    case 1:
      return write_number(bytes, random);
    case 2:
      return write_digits(bytes, random);
    case 3:
      bytes.erase(at, length);
      return;
    case 4:
      bytes.insert(at, std::string(bytes, at, length));
      return;
    case 5:
      bytes.insert(at, 1, static_cast<char>(random()));
      return;
    default:
      bytes.replace(at, length, std::string(other, below(other.size() + 1, random), length));
      return;
  }
}

}  // namespace

std::string mutated(const std::vector<std::string>& files, std::mt19937_64& random) {
  std::string bytes = files[below(files.size(), random)];
  const size_t changes = 1 + below(6, random);
  for (size_t i = 0; i < changes; ++i) change(bytes, files[below(files.size(), random)], random);
  return bytes;
}

}  // namespace mdsm::fuzz
