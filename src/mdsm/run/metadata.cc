#include "mdsm/run/metadata.h"

namespace mdsm {
namespace {

/// The number behind "KIND-"; 0 where the format is another.
int64_t version_in(const std::map<std::string, std::string>& metadata, std::string_view kind) {
  const auto found = metadata.find("format");
  if (found == metadata.end() || !found->second.starts_with(kind)) return 0;
  const char* begin = found->second.data() + kind.size();
  const char* end = found->second.data() + found->second.size();
  if (begin == end || *begin != '-') return 0;
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(begin + 1, end, number);
  return error == std::errc() && stop == end ? number : 0;
}

}  // namespace

bool is_of_newer_format(const std::map<std::string, std::string>& metadata, std::string_view kind) {
  return version_in(metadata, kind) > 1;
}

void require_format(const std::map<std::string, std::string>& metadata, std::string_view kind, std::string_view what,
                    const std::filesystem::path& path) {
  const auto found = metadata.find("format");
  const std::string format = found == metadata.end() ? "none" : found->second;
  require(
      !is_of_newer_format(metadata, kind),
      "{}: written by a newer mdsm (its format is '{}', the newest that mdsm {} reads is '{}-1'). Read it with that "
      "one.",
      path.string(), format, MDSM_VERSION, kind);
  require(version_in(metadata, kind) == 1,
          "{}: not {} (the header's format is '{}'). Pass a run directory that `mdsm train` made.", path.string(), what,
          format);
}

std::string origin_text(const std::map<std::string, std::string>& metadata, const std::filesystem::path& path) {
  const auto found = metadata.find("mdsm_version");
  if (found == metadata.end() || found->second == MDSM_VERSION) return path.string();
  return fmt::format("{} (written by mdsm {}; this is {})", path.string(), found->second, MDSM_VERSION);
}

}  // namespace mdsm
