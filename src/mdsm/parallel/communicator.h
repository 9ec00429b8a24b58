#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mdsm/base/tensor.h"
#include "mdsm/parallel/transport.h"

namespace mdsm {

/// Rows first .. first + count - 1.
struct Rows {
  int64_t first = 0;
  int64_t count = 0;
};

/// What the ranks of a job do together: every rank makes the same calls in the same order. Alone all of them cost
/// nothing. Not for several threads.
class Communicator {
 public:
  /// Alone: rank 0 of 1.
  Communicator() = default;
  /// Every rank comes here.
  /// \param seconds  that a rank waits for another before the job is given up; 0: for ever
  explicit Communicator(std::unique_ptr<Transport> transport, double seconds = 0);

  int rank() const { return transport_ ? transport_->rank() : 0; }
  int size() const { return transport_ ? transport_->size() : 1; }
  /// Whether this is the rank that writes and speaks.
  bool leads() const { return rank() == 0; }
  /// "rank 3 on node7"
  std::string who(int rank) const;
  /// This rank's part of `total` rows, as even as can be; rank 0 has the first.
  Rows rows(int64_t total) const;

  /// x <- the sum over the ranks, added up in a tree that depends on the number of ranks alone: neighbours first, then
  /// pairs of neighbours. All ranks get the same bytes.
  /// \param x  contiguous on the CPU; float32, float64, int32 or int64
  void sum(const Tensor& x);
  /// Every rank has computed its own rows; afterwards all have all, to the bit.
  /// \param whole  contiguous on the CPU; what stands outside of `own` is overwritten
  void fill_in(const Tensor& whole, const Rows& own);
  /// Rank 0's x everywhere.
  void broadcast(const Tensor& x);
  std::string broadcast(const std::string& text);
  /// Each rank's text, by rank.
  std::vector<std::string> gather(const std::string& text);
  bool any(bool mine);
  void barrier();
  /// What rank 0 makes, as a text; the others wait for it, however long it takes.
  std::string from_leader(const std::function<std::string()>& make);

  /// Tells the others that this rank was asked to stop, without waiting for them.
  void tell_stop();
  /// Whether any rank was: seldom asked of the network.
  bool stop_told();

  /// The same of the reason why the job ends: one rank says it.
  void tell_end();
  /// Waits for a moment for another rank to say it.
  bool end_told();

  /// Seconds spent in these calls so far: sending, and waiting for others.
  double waited() const { return waited_; }

  /// Ends all ranks with this exit code, at once.
  [[noreturn]] void abort(int code);

 private:
  void exchange(int to, std::span<const std::byte> out, int from, std::span<std::byte> in);
  template <class Number> void sum_of(Number* x, int64_t count);
  [[noreturn]] void give_up();

  std::unique_ptr<Transport> transport_;
  std::vector<std::string> hosts_;
  double seconds_ = 0;
  double waited_ = 0;
  int64_t calls_ = 0;  // made so far: where this rank is
  bool stop_told_ = false;
  bool stop_heard_ = false;
  std::chrono::steady_clock::time_point looked_;
  std::vector<std::byte> buffer_;  // of what comes
};

}  // namespace mdsm
