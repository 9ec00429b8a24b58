#include "mdsm/data/fetch/http_range.h"

#include <charconv>
#include <memory>

namespace mdsm {

std::string range_validator(std::string_view etag, std::string_view last_modified) {
  const bool weak = etag.starts_with("W/");
  return std::string(etag.empty() || weak ? last_modified : etag);
}

int64_t range_start(std::string_view content_range) {
  constexpr std::string_view kUnit = "bytes ";
  if (!content_range.starts_with(kUnit)) return -1;
  content_range.remove_prefix(kUnit.size());
  const auto* const begin = std::to_address(content_range.begin());
  const auto* const end = begin + content_range.size();
  int64_t start = -1;
  const auto [after, error] = std::from_chars(begin, end, start);
  return error == std::errc() && after != end && *after == '-' ? start : -1;
}

}  // namespace mdsm
