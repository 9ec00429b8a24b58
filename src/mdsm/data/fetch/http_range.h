#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdsm {

/// What If-Range may carry of a reply's headers: the strong ETag, else the Last-Modified date, else "" (RFC 9110,
/// section 13.1.5).
std::string range_validator(std::string_view etag, std::string_view last_modified);

/// The first byte of a Content-Range such as "bytes 100-199/200"; -1 if it has another form.
int64_t range_start(std::string_view content_range);

}  // namespace mdsm
