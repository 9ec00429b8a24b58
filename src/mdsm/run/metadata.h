#pragma once

#include <charconv>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

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

/// Whether "format" is "`kind`-N" with an N that only a newer mdsm reads: the file is whole, but not for this one.
bool is_of_newer_format(const std::map<std::string, std::string>& metadata, std::string_view kind);

/// \throws Error unless "format" is "`kind`-1"; it tells a file of a newer mdsm from one that is not `what`
void require_format(const std::map<std::string, std::string>& metadata, std::string_view kind, std::string_view what,
                    const std::filesystem::path& path);

/// The file as error texts name it: with the version of mdsm that wrote it, where that is another.
std::string origin_text(const std::map<std::string, std::string>& metadata, const std::filesystem::path& path);

}  // namespace mdsm
