#pragma once

#include <string>

namespace mdsm {

/// The time now, UTC, ISO 8601: "2026-11-25T20:04:53Z".
std::string utc_now();
/// The same to the millisecond: "2026-11-25T20:04:53.071Z".
std::string utc_now_milliseconds();

}  // namespace mdsm
