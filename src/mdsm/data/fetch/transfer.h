#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "mdsm/base/watch.h"
#include "mdsm/data/fetch/part_file.h"

namespace mdsm {

/// How one request ended.
enum class TransferEnd {
  whole,    ///< the server sent all that it promised
  broken,   ///< the connection or the server failed: the same request may succeed later
  refused,  ///< this address will not give the file
};

struct TransferResult {
  TransferEnd end = TransferEnd::whole;
  std::string reason;                  ///< for people; "" after a whole transfer
  std::chrono::seconds retry_after{};  ///< what the server asked for; 0 if it did not
};

/// Limits of one request.
struct TransferOptions {
  int64_t size = -1;                         ///< bytes of the whole file; -1 if unknown
  int64_t most = int64_t{1} << 36;           ///< bytes that are taken where the size is unknown
  bool content_is_verified = false;          ///< a checksum will be compared: parts need no validator to be continued
  std::chrono::seconds connect_timeout{20};  ///< for name, connection and TLS
  std::chrono::seconds stall_timeout{30};    ///< gives up after this long ...
  int64_t stall_speed = 1000;                ///< ... below this many bytes a second
};

/// Downloads `url` (https, http or file) into `part`, going on where it ends if the server allows.
///
/// A part is continued by an HTTP Range request. If its origin is this url and the server gave a validator, If-Range
/// makes the server send the whole file where that has changed (RFC 9110, section 13.1.5); a part from elsewhere is
/// continued only if `content_is_verified`. A server that ignores the range starts the part again at 0. Certificates
/// are verified.
/// \throws Error (failure) if the disk fails; what the watch throws
TransferResult transfer(const std::string& url, PartFile& part, const TransferOptions& options,
                        const Watch& watch = {});

}  // namespace mdsm
