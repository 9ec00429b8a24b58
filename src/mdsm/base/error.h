#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace mdsm {

/// Whose fault an error is; the program's exit code.
enum class Fault {
  failure = 1,        ///< the work failed: disk full, training diverged, connection lost
  request = 2,        ///< the request was wrong: a bad option, name, shape or file
  interrupted = 130,  ///< the user stopped it
};

/// The one exception of this library.
///
/// The text says what is wrong, where, why, and what to do: "problem (reason). Suggestion."
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& text, Fault fault = Fault::request) : std::runtime_error(text), fault_(fault) {}
  Fault fault() const { return fault_; }

 private:
  Fault fault_;
};

/// Throws an Error with Fault::request unless `condition` holds.
///
///     require(sigma.size(0) == x.size(0), "corrupt: sigma has {} entries for a batch of {} (...). Pass shape ({}).",
///     ...);
template <class... Args> void require(bool condition, fmt::format_string<Args...> text, Args&&... args) {
  if (!condition) throw Error(fmt::format(text, std::forward<Args>(args)...), Fault::request);
}

/// Throws an Error with Fault::request.
template <class... Args> [[noreturn]] void reject(fmt::format_string<Args...> text, Args&&... args) {
  throw Error(fmt::format(text, std::forward<Args>(args)...), Fault::request);
}

/// Throws an Error with Fault::failure.
template <class... Args> [[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) {
  throw Error(fmt::format(text, std::forward<Args>(args)...), Fault::failure);
}

}  // namespace mdsm
