#pragma once

#include <chrono>

namespace mdsm {

/// How much of a wall-clock budget is used. Time goes on from construction; what earlier processes used is added.
class TimeBudget {
 public:
  /// \param minutes  above 0
  /// \param used     seconds that are gone already
  TimeBudget(double minutes, double used) : seconds_(60 * minutes), before_(used) {}

  double used() const {
    return before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  /// 0 at the beginning, 1 and more when the time is up.
  double progress() const { return used() / seconds_; }

 private:
  double seconds_;
  double before_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mdsm
