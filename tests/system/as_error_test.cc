#include "mdsm/system/as_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace mdsm {
namespace {

/// What is thrown by `work`, told.
Error told(void (*work)()) {
  try {
    work();
  } catch (const std::exception& error) {
    return as_error(error);
  }
  return Error("nothing was thrown");
}

void expect_told(void (*work)(), const std::string& text, Fault fault) {
  const Error error = told(work);
  EXPECT_EQ(error.what(), text);
  EXPECT_EQ(error.fault(), fault) << text;
}

TEST(AsError, EveryExceptionHasATextAndAFault) {
  expect_told([] { throw Error("x is y. Do z.", Fault::interrupted); }, "x is y. Do z.", Fault::interrupted);
  expect_told([] { std::vector<char>().reserve(std::numeric_limits<size_t>::max()); },
              "a list would be longer than any memory. Lower the numbers asked for.", Fault::request);
  expect_told(
      [] { throw std::filesystem::filesystem_error("", "/a", std::error_code(EACCES, std::generic_category())); },
      "cannot get at '/a' (Permission denied). Check the path and its permissions.", Fault::request);
  expect_told([] { throw std::filesystem::filesystem_error("", "/a", std::error_code(EIO, std::generic_category())); },
              "cannot get at '/a' (Input/output error). Check the path and its permissions.", Fault::failure);
  expect_told([] { throw std::system_error(EAGAIN, std::generic_category(), "thread"); },
              "the system refused (thread: Resource temporarily unavailable). Ask for less, such as fewer threads.",
              Fault::failure);
  expect_told([] { throw std::runtime_error("first\nsecond"); },
              "a mistake of this program, not of yours (first). Please report it, with the command.", Fault::failure);
}

}  // namespace
}  // namespace mdsm
