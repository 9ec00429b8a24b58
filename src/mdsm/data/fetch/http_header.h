#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdsm {

/// What the headers of a reply say about continuing a download.
class HttpHeader {
 public:
  /// Takes one line, end of line included; a status line ("HTTP/1.1 200 OK") starts over, for it opens another reply.
  void take(std::string_view line);

  /// What If-Range may carry: the strong ETag, else the Last-Modified date, else "" (RFC 9110, section 13.1.5).
  std::string validator() const;
  /// As sent: "bytes 100-199/200"; "" if there was none.
  const std::string& content_range() const { return content_range_; }
  /// The first byte of content_range(); -1 if there is none of that form.
  int64_t range_start() const;

 private:
  std::string etag_;
  std::string last_modified_;
  std::string content_range_;
};

}  // namespace mdsm
