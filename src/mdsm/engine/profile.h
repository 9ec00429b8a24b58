#pragma once

#include <array>
#include <chrono>
#include <vector>

namespace mdsm {

enum class Pass { forward, backward, tangent_forward, tangent_backward };

/// Seconds spent in each pass of one op.
using PassTimes = std::array<double, 4>;

/// Where a trace writes how long each node took, if anybody asks.
using Profile = std::vector<PassTimes>;

/// Adds the time of its own life to an entry of a profile; does nothing without one.
class Timed {
 public:
  Timed(Profile* profile, size_t node, Pass pass)
      : entry_(profile ? &(*profile)[node][static_cast<size_t>(pass)] : nullptr) {
    if (entry_) start_ = Clock::now();
  }
  ~Timed() {
    if (entry_) *entry_ += std::chrono::duration<double>(Clock::now() - start_).count();
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double* entry_;
  Clock::time_point start_;
};

}  // namespace mdsm
