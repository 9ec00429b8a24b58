#include "mdsm/system/signals.h"

#include <time.h>
#include <unistd.h>

#include <cstdint>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

constexpr int kInterruptedExit = 130;                     // 128 + SIGINT, as shells report it
constexpr int64_t kSameRequestNanoseconds = 100'000'000;  // 0.1 s

// A signal handler reaches nothing but globals. Being lock-free they may be used there.
std::atomic<bool> guarded{false};
std::atomic<bool> interrupted{false};
std::atomic<int64_t> first_signal{0};  // ns of the monotonic clock, 0 before
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free);

extern "C" void on_stop_signal(int /*signal*/) {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  const int64_t now = int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  int64_t first = 0;
  if (!first_signal.compare_exchange_strong(first, now) && now - first > kSameRequestNanoseconds) {
    ::_exit(kInterruptedExit);
  }
  interrupted.store(true);
}

extern "C" void on_cpu_limit(int /*signal*/) { interrupted.store(true); }

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGXCPU};

}  // namespace

InterruptGuard::InterruptGuard() {
  if (guarded.exchange(true)) {
    fail("cannot guard against signals twice (the process has one handler a signal). Keep one InterruptGuard.");
  }
  interrupted.store(false);
  first_signal.store(0);
  for (size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction action {};
    action.sa_handler = kSignals[i] == SIGXCPU ? on_cpu_limit : on_stop_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(kSignals[i], &action, &old_[i]);
    const bool ignored = kSignals[i] == SIGHUP && old_[i].sa_handler == SIG_IGN;
    if (ignored) ::sigaction(kSignals[i], &old_[i], nullptr);
  }
}

InterruptGuard::~InterruptGuard() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &old_[i], nullptr);
  guarded.store(false);
}

const std::atomic<bool>& InterruptGuard::flag() const { return interrupted; }

}  // namespace mdsm
