#pragma once

#include <csignal>

#include <array>
#include <atomic>

namespace mdsm {

/// Turns a request to stop (SIGINT, SIGTERM, SIGHUP, SIGXCPU) into a flag while it lives, so that work in progress can be saved first.
///
/// A second request leaves at once, without cleaning up, with exit code 130: it is for work that does not look at its
/// flag; SIGXCPU, which comes every second once the limit is reached, is none. What comes within 0.1 s of the first is
/// the same request: timeout(1) and batch systems signal a process and then its group. A SIGHUP that is ignored (nohup)
/// stays so. System calls that a signal breaks off are resumed. The handlers found before are restored at the end.
class InterruptGuard {
 public:
  /// The flag is down.
  /// \throws Error(failure) if another guard lives: handlers belong to the whole process
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Raised by the first signal and never lowered; valid past the guard's end, until the next guard.
  const std::atomic<bool>& flag() const;

 private:
  std::array<struct sigaction, 4> old_{};
};

}  // namespace mdsm
