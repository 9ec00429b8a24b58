#include "mdsm/system/signals.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "support/expect_error.h"

namespace mdsm {
namespace {

using testing::expect_error;

void wait_past_the_same_request() { std::this_thread::sleep_for(std::chrono::milliseconds(150)); }

/// How a child process that runs `action` ends, as waitpid says it. A child that reaches the end exits with 7.
template <class Action> int status_of_child(Action&& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    action();
    ::_exit(7);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

template <class Action> void expect_exit(Action&& action, int code) {
  const int status = status_of_child(std::forward<Action>(action));
  ASSERT_TRUE(WIFEXITED(status)) << "status " << status;
  EXPECT_EQ(WEXITSTATUS(status), code);
}

TEST(Signals, FirstRaisesTheFlag) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGXCPU}) {
    const InterruptGuard guard;
    EXPECT_FALSE(guard.flag()) << "left from the guard before";
    std::raise(signal);
    EXPECT_TRUE(guard.flag()) << "signal " << signal;
  }
}

TEST(Signals, SecondLeavesAtOnce) {
  for (const int second : {SIGINT, SIGTERM}) {
    expect_exit(
        [&] {
          const InterruptGuard guard;
          std::raise(SIGINT);
          wait_past_the_same_request();
          std::raise(second);
        },
        130);
  }
}

// The kernel says once a second that the limit is reached; the request is one.
TEST(Signals, TheLimitOfCpuTimeIsSaidAgainAndAgain) {
  const InterruptGuard guard;
  std::raise(SIGXCPU);
  wait_past_the_same_request();
  std::raise(SIGXCPU);
  EXPECT_TRUE(guard.flag());
}

TEST(Signals, AnIgnoredHangUpStaysIgnored) {
  expect_exit(
      [] {
        std::signal(SIGHUP, SIG_IGN);
        const InterruptGuard guard;
        std::raise(SIGHUP);
        if (guard.flag()) ::_exit(1);
      },
      7);
}

TEST(Signals, SecondAtTheSameTimeIsTheSameRequest) {
  expect_exit(
      [] {
        const InterruptGuard guard;
        std::raise(SIGTERM);
        std::raise(SIGTERM);
        ::_exit(guard.flag() ? 3 : 4);
      },
      3);
}

TEST(Signals, EachGuardCountsItsOwn) {
  expect_exit(
      [] {
        for (int i = 0; i < 2; ++i) {
          const InterruptGuard guard;
          std::raise(SIGINT);
          wait_past_the_same_request();
        }
      },
      7);
}

TEST(Signals, OldHandlersComeBack) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const int status = status_of_child([&] {
      std::signal(signal, SIG_DFL);  // a shell's background job starts with SIGINT ignored
      std::optional<InterruptGuard> guard(std::in_place);
      guard.reset();
      std::raise(signal);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << "status " << status;
    EXPECT_EQ(WTERMSIG(status), signal);
  }
}

TEST(Signals, BrokenOffReadIsResumed) {
  expect_exit(
      [] {
        int ends[2];
        if (::pipe(ends) != 0) ::_exit(1);
        const InterruptGuard guard;
        const pid_t self = ::getpid();
        if (::fork() == 0) {
          wait_past_the_same_request();
          ::kill(self, SIGINT);
          wait_past_the_same_request();
          ::_exit(::write(ends[1], "x", 1) == 1 ? 0 : 1);
        }
        char byte = 0;
        ::_exit(::read(ends[0], &byte, 1) == 1 && guard.flag() ? 5 : 6);
      },
      5);
}

TEST(Signals, OneGuardAtATime) {
  const InterruptGuard guard;
  expect_error([] { InterruptGuard{}; }, "cannot guard against signals twice", Fault::failure);
  std::raise(SIGINT);
  EXPECT_TRUE(guard.flag()) << "the refused guard took the handlers away";
}

}  // namespace
}  // namespace mdsm
