#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdsm/base/error.h"

namespace mdsm {

/// What ranks tell each other beside their common work: nobody waits for it.
enum class Note {
  stop,   ///< this rank was asked to stop
  here,   ///< roll call: the number of the common call that this rank is in
  ended,  ///< this rank has said why it ends the job
};
inline constexpr size_t kNotes = 3;

/// Another rank did not come: it is gone, or was waited for as long as may be.
class RankError : public Error {
 public:
  enum class Kind { gone, late };
  RankError(Kind what, int who, const std::string& text) : Error(text, Fault::failure), kind(what), rank(who) {}

  Kind kind;
  int rank;
};

/// What carries bytes between the processes (ranks) of a job: MPI or Gloo. Calls come from one thread at a time.
class Transport {
 public:
  virtual ~Transport() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// Sends `out` to rank `to` while `in` comes from rank `from`; what is empty is not sent, or not waited for. The other
  /// rank calls it with the same lengths.
  /// \param seconds  how long to wait at most; 0: for ever
  /// \throws RankError
  virtual void exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in, double seconds) = 0;

  /// Tells all other ranks, without waiting for them.
  virtual void post(Note note, int64_t value) = 0;
  /// The last value that each rank has posted, as far as is known here; nothing of this rank.
  virtual std::vector<std::optional<int64_t>> posted(Note note) = 0;

  /// Ends all ranks with this exit code, at once, as far as the launcher can.
  [[noreturn]] virtual void abort(int code) = 0;
};

}  // namespace mdsm
