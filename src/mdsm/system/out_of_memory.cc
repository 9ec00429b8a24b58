#include "mdsm/system/out_of_memory.h"

#include <charconv>
#include <limits>
#include <string_view>

#include "mdsm/base/text.h"
#include "mdsm/system/memory.h"

namespace mdsm {
namespace {

/// \param asked  "... asked for at once", or nothing
std::string text_of(const std::string& asked) {
  const int64_t available = available_memory();
  const bool known = available < std::numeric_limits<int64_t>::max();
  const std::string free = known ? format_bytes(available) + " are free" : std::string();
  const std::string reason = asked + (asked.empty() || free.empty() ? "" : ", ") + free;
  return reason.empty() ? "out of memory" : "out of memory (" + reason + ")";
}

std::string text_of(int64_t bytes) { return text_of(format_bytes(bytes) + " asked for at once"); }

/// The number in "DefaultCPUAllocator: can't allocate memory: you tried to allocate 123 bytes."; -1 in other texts.
int64_t asked_of_libtorch(std::string_view text) {
  constexpr std::string_view kBefore = "you tried to allocate ";
  const size_t at = text.find(kBefore);
  if (text.find("can't allocate memory") == std::string_view::npos || at == std::string_view::npos) return -1;
  const std::string_view number = text.substr(at + kBefore.size());
  int64_t bytes = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bytes);
  return error == std::errc() ? bytes : -1;
}

}  // namespace

OutOfMemory::OutOfMemory(int64_t bytes) : text_(std::make_shared<const std::string>(text_of(bytes))) {}

std::optional<std::string> out_of_memory_text(const std::exception& error) {
  const std::string advice = ". Use a smaller batch, ask for fewer data, or use a machine with more memory.";
  if (dynamic_cast<const OutOfMemory*>(&error) != nullptr) return error.what() + advice;
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return text_of(std::string()) + advice;
  if (const int64_t bytes = asked_of_libtorch(error.what()); bytes >= 0) return text_of(bytes) + advice;
  return {};
}

}  // namespace mdsm
