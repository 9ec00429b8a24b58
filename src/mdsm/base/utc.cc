#include "mdsm/base/utc.h"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

namespace mdsm {
namespace {

/// Without the Z.
std::string to_text(std::chrono::seconds since_epoch) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(since_epoch.count())));
}

}  // namespace

std::string utc_now() {
  return to_text(
             std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())) +
         "Z";
}

std::string utc_now_milliseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(now);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(now - whole);
  return fmt::format("{}.{:03}Z", to_text(whole), rest.count());
}

}  // namespace mdsm
