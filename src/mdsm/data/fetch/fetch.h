#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "mdsm/base/watch.h"
#include "mdsm/data/fetch/remote_file.h"

namespace mdsm {

struct FetchOptions {
  int attempts = 4;                               ///< requests to one mirror that bring nothing new before the next one
  std::chrono::milliseconds first_wait{1000};     ///< before the second request; doubles with each
  std::chrono::milliseconds longest_wait{30000};  ///< bound of that, and of what a server's Retry-After is granted
  std::chrono::seconds connect_timeout{20};       ///< for name, connection and TLS
  std::chrono::seconds stall_timeout{30};         ///< a request ends after this long below 1 kB/s
  int64_t most = int64_t{1} << 36;                ///< bytes of a file whose size is not known; a server may not end
  std::function<void(std::string_view)> notice;   ///< one line when something fails and another try follows
};

enum class FetchOutcome {
  kept,        ///< it was there already, verified as far as size and checksum are known
  downloaded,  ///< verified, and under its name
};

/// Fetches one file into `folder` (made if missing), from the first mirror that delivers it whole.
///
/// Bytes go to NAME.part, which a later call continues (data/transfer.h). Size and SHA-256 are verified, the file is
/// flushed and only then bears its name. Broken connections, time-outs and passing server errors (408, 425, 429, 5xx)
/// are tried again with growing pauses; other answers and wrong bytes lead to the next mirror. Urls are https, http or
/// file.
/// \param watch  is told "NAME 1.46 MiB" several times a second, bytes of earlier runs included; asked to stop, fetch
///               ends within about a second and the next call goes on from what arrived
/// \throws Error (failure) if no mirror delivers, another process is fetching it, or the disk fails: the text lists
///         each mirror's reason; Error (request) for a file without urls, or with a name that is not a plain file name;
///         Error (interrupted)
[[nodiscard]] FetchOutcome fetch(const RemoteFile& file, const std::filesystem::path& folder,
                                 const FetchOptions& options = {}, const Watch& watch = {});

/// True if the file at `path` exists and has the size and SHA-256 of `file`, as far as those are known.
bool is_verified(const RemoteFile& file, const std::filesystem::path& path);

}  // namespace mdsm
