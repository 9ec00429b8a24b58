#pragma once

#include <csignal>

#include <atomic>

namespace mdsm {

/// Turns a request to stop (SIGINT, SIGTERM) into a flag while it lives, so that work in progress can be saved first.
///
/// A second request leaves at once, without cleaning up, with exit code 130: it is for work that does not look at its
/// flag. What comes within 0.1 s of the first is the same request: timeout(1) and batch systems signal a process and
/// then its group. System calls that a signal breaks off are resumed. The handlers found before are restored at the
/// end.
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
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace mdsm
