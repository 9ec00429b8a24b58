#include "mdsm/data/fetch/http_header.h"

#include <gtest/gtest.h>

namespace mdsm {
namespace {

HttpHeader header(std::initializer_list<const char*> lines) {
  HttpHeader header;
  for (const char* line : lines) header.take(line);
  return header;
}

TEST(HttpHeader, ValidatorIsAStrongTagOrADate) {
  constexpr const char* kDate = "Last-Modified: Tue, 15 Nov 1994 12:45:26 GMT\r\n";
  EXPECT_EQ(header({"HTTP/1.1 200 OK\r\n", "ETag:  \"abc\" \r\n", kDate}).validator(), "\"abc\"");
  EXPECT_EQ(header({kDate, "etag: W/\"abc\"\r\n"}).validator(), "Tue, 15 Nov 1994 12:45:26 GMT");
  EXPECT_EQ(header({"ETag: W/\"abc\"\r\n"}).validator(), "");
  EXPECT_EQ(header({"ETag:\r\n", "X-ETag: 1\r\n", "ETagged: 2\r\n", "\r\n"}).validator(), "");
}

TEST(HttpHeader, AStatusLineOpensAnotherReply) {
  EXPECT_EQ(header({"HTTP/1.1 302 Found\r\n", "ETag: \"old\"\r\n", "HTTP/2 200\r\n"}).validator(), "");
}

TEST(HttpHeader, RangeStart) {
  const auto start = [](const char* line) { return header({line}).range_start(); };
  EXPECT_EQ(start("Content-Range: bytes 100-199/200\r\n"), 100);
  EXPECT_EQ(start("content-range: bytes 0-199/*\r\n"), 0);
  for (const char* bad :
       {"Content-Range: bytes */200\r\n", "Content-Range: items 1-2/3\r\n", "Content-Range: bytes 7\r\n",
        "Content-Range: bytes 99999999999999999999-1/2\r\n", "Content-Length: 5\r\n"}) {
    EXPECT_EQ(start(bad), -1) << bad;
  }
}

}  // namespace
}  // namespace mdsm
