#pragma once

#include <chrono>
#include <functional>

namespace mdsm {

/// Seconds since some moment: a clock that only goes forward.
using SecondsClock = std::function<double()>;

/// The clock of the machine.
inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// How much of a time budget is used. Time goes on from construction; what earlier processes used is added.
class TimeBudget {
 public:
  /// \param minutes  above 0
  /// \param used     seconds that are gone already
  TimeBudget(double minutes, double used, SecondsClock clock = seconds_now)
      : seconds_(60 * minutes), before_(used), clock_(std::move(clock)), start_(clock_()) {}

  double used() const { return before_ + clock_() - start_; }
  /// 0 at the beginning, 1 and more when the time is up.
  double progress() const { return used() / seconds_; }

 private:
  double seconds_;
  double before_;
  SecondsClock clock_;
  double start_;
};

}  // namespace mdsm
