#include "mdsm/data/fetch/http_header.h"

#include <cctype>
#include <charconv>

namespace mdsm {
namespace {

/// The value of a header line, without the blanks around it; "" if it is another header. `name` is in lower case.
std::string value_of(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return "";
  for (size_t i = 0; i < name.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(line[i])) != name[i]) return "";
  }
  line.remove_prefix(name.size() + 1);
  const size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string(line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1));
}

}  // namespace

void HttpHeader::take(std::string_view line) {
  if (line.starts_with("HTTP/")) *this = {};
  if (std::string value = value_of(line, "etag"); !value.empty()) etag_ = std::move(value);
  if (std::string value = value_of(line, "last-modified"); !value.empty()) last_modified_ = std::move(value);
  if (std::string value = value_of(line, "content-range"); !value.empty()) content_range_ = std::move(value);
}

std::string HttpHeader::validator() const {
  const bool weak = etag_.starts_with("W/");
  return etag_.empty() || weak ? last_modified_ : etag_;
}

int64_t HttpHeader::range_start() const {
  std::string_view text = content_range_;
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return -1;
  text.remove_prefix(kUnit.size());
  const char* end = text.data() + text.size();
  int64_t start = -1;
  const auto [after, error] = std::from_chars(text.data(), end, start);
  return error == std::errc() && after != end && *after == '-' ? start : -1;
}

}  // namespace mdsm
