#include "mdsm/system/progress.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>

#include "support/temp_dir.h"

namespace mdsm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::read_bytes;
using testing::TempDir;

/// What `action` prints in this style to a file.
template <class Action> std::string printed(ProgressStyle style, Action&& action) {
  const TempDir folder;
  std::FILE* file = std::fopen((folder / "out").c_str(), "w");
  {
    ProgressPrinter printer(file, style);
    action(printer);
  }
  std::fclose(file);
  return read_bytes(folder / "out");
}

const ProgressPrinter::Clock::time_point kStart{seconds(1000)};

TEST(Progress, PlainLinesEveryTenSeconds) {
  const std::string text = printed(ProgressStyle::plain, [](ProgressPrinter& printer) {
    for (int second = 0; second <= 25; ++second) {
      printer.update(second / 100.0, fmt::format("step {}", second), kStart + seconds(second));
    }
    printer.finish();
    printer.finish("saved");
  });
  EXPECT_EQ(text, "step 0    0%\nstep 10   10%  1m30s left\nstep 20   20%  1m20s left\nstep 25   25%\nsaved\n");
}

TEST(Progress, ResumedWorkCountsItsOwnTime) {
  const std::string text = printed(ProgressStyle::plain, [](ProgressPrinter& printer) {
    printer.update(0.4, "a", kStart);
    printer.update(0.5, "b", kStart + seconds(10));
  });
  EXPECT_EQ(text, "a   40%\nb   50%  50s left\n");
}

TEST(Progress, FractionsOutsideAreTakenIn) {
  const std::string text = printed(ProgressStyle::plain, [](ProgressPrinter& printer) {
    printer.update(std::nan(""), "a", kStart);
    printer.update(-1, "b", kStart + seconds(10));
    printer.update(0.29, "c", kStart + seconds(29));
    printer.update(0.999, "d", kStart + seconds(999));
    printer.update(2, "e", kStart + seconds(2000));
  });
  EXPECT_EQ(text, "a    0%\nb    0%\nc   29%  1m11s left\nd   99%  1.0s left\ne  100%\n");
}

TEST(Progress, TerminalRedrawsOneLine) {
  const std::string text = printed(ProgressStyle::terminal, [](ProgressPrinter& printer) {
    for (int i = 0; i <= 19; ++i) printer.update(i / 100.0, fmt::format("{}", i), kStart + milliseconds(10 * i));
    printer.say("saved");
    printer.finish("done");
  });
  EXPECT_EQ(text,
            "0    0%"
            "\r\x1b[K10   10%  0.9s left"
            "\r\x1b[Ksaved\n19   19%  0.8s left"
            "\r\x1b[Kdone\n");
}

TEST(Progress, LineOfUnfinishedWorkIsEnded) {
  EXPECT_EQ(printed(ProgressStyle::terminal, [](ProgressPrinter& printer) { printer.update(0, "a"); }), "a    0%\n");
}

TEST(Progress, QuietPrintsNothing) {
  EXPECT_EQ(printed(ProgressStyle::quiet,
                    [](ProgressPrinter& printer) {
                      printer.update(0.5, "a");
                      printer.say("b");
                      printer.finish("c");
                    }),
            "");
}

TEST(Progress, FullDiskIsNoError) {
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  ProgressPrinter printer(full, ProgressStyle::plain);
  EXPECT_NO_THROW(printer.update(0.5, "a"));
  EXPECT_NO_THROW(printer.finish("b"));
  std::fclose(full);
}

/// A pseudo-terminal; what is printed to `out` is read from `screen`.
class ProgressTerminal : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* name = std::getenv("TERM")) old_name_ = name;
    screen_ = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (screen_ < 0 || ::grantpt(screen_) != 0 || ::unlockpt(screen_) != 0) GTEST_SKIP() << "no pseudo-terminals here";
    out_ = std::fopen(::ptsname(screen_), "w");
    ASSERT_NE(out_, nullptr);
    ::setenv("TERM", "xterm", 1);
  }
  void TearDown() override {
    if (out_ != nullptr) std::fclose(out_);
    if (screen_ >= 0) ::close(screen_);
    old_name_.empty() ? ::unsetenv("TERM") : ::setenv("TERM", old_name_.c_str(), 1);
  }

  int screen_ = -1;
  std::FILE* out_ = nullptr;
  std::string old_name_;
};

TEST_F(ProgressTerminal, StyleByTerminal) {
  EXPECT_EQ(progress_style(out_, false), ProgressStyle::terminal);
  EXPECT_EQ(progress_style(out_, true), ProgressStyle::quiet);
  ::setenv("TERM", "dumb", 1);
  EXPECT_EQ(progress_style(out_, false), ProgressStyle::plain);
  const TempDir folder;
  std::FILE* file = std::fopen((folder / "out").c_str(), "w");
  ::setenv("TERM", "xterm", 1);
  EXPECT_EQ(progress_style(file, false), ProgressStyle::plain);
  std::fclose(file);
}

TEST_F(ProgressTerminal, LongLinesAreCut) {
  const winsize size{24, 10, 0, 0};
  ASSERT_EQ(::ioctl(screen_, TIOCSWINSZ, &size), 0);
  ProgressPrinter printer(out_, ProgressStyle::terminal);
  printer.update(0, "\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3");
  char bytes[100];
  const auto count = ::read(screen_, bytes, sizeof(bytes));
  ASSERT_GT(count, 0);
  EXPECT_EQ(std::string(bytes, static_cast<size_t>(count)), "\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3");
  printer.finish("x");
}

}  // namespace
}  // namespace mdsm
