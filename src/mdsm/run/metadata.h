#pragma once

#include <charconv>
#include <filesystem>
#include <map>
#include <string>

#include "mdsm/base/error.h"

namespace mdsm {

/// A text of a file's header.
/// \throws Error that names file and key if it is not there
inline const std::string& metadata_text(const std::map<std::string, std::string>& metadata, const char* key,
                                        const std::filesystem::path& path) {
  const auto found = metadata.find(key);
  require(found != metadata.end(), "{}: the header lacks '{}' (damaged, or not written by mdsm).", path.string(), key);
  return found->second;
}

/// The same as a number, all of whose text must be one.
template <class Number>
Number metadata_number(const std::map<std::string, std::string>& metadata, const char* key,
                       const std::filesystem::path& path) {
  const std::string& text = metadata_text(metadata, key, path);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require(error == std::errc() && end == text.data() + text.size(), "{}: '{}' is '{}' (expected a number).",
          path.string(), key, text);
  return value;
}

}  // namespace mdsm
