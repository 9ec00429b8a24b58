#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace mdsm {

/// How progress is shown.
enum class ProgressStyle {
  terminal,  ///< one line that is redrawn
  plain,     ///< a line now and then, for files and pipes
  quiet,     ///< not at all
};

/// `terminal` if `out` is one that can redraw a line (TERM is not "dumb"), `quiet` if that was asked for.
ProgressStyle progress_style(std::FILE* out, bool quiet);

/// Shows how far long work is and when it will be done. One thread at a time.
///
/// Lines read "TEXT   42%  3m07s left"; the time left is that since the start, scaled by the fraction done since the
/// first update (work that is resumed at 40 % does not count what another run did).
class ProgressPrinter {
 public:
  using Clock = std::chrono::steady_clock;

  /// \param out  stays open and is not owned; writing errors are ignored, as progress is no result
  ProgressPrinter(std::FILE* out, ProgressStyle style) : out_(out), style_(style) {}
  /// Leaves the line as it is, ended by a newline.
  ~ProgressPrinter();
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;

  /// Says how far the work is. Cheap when nothing is to be drawn: at most 10 times a second on a terminal and every
  /// 10 s elsewhere.
  /// \param fraction  of the whole work that is done; taken into [0, 1]
  void update(double fraction, std::string_view text) { update(fraction, text, Clock::now()); }
  /// The same, at a given time.
  void update(double fraction, std::string_view text, Clock::time_point now);

  /// Prints the last line: `text`, or the last update's text and percentage. A later update starts anew.
  void finish(std::string_view text = {});

  /// Prints a full line, above the redrawn one.
  void say(std::string_view full_line);

 private:
  std::string text_and_percentage() const;
  std::string line(Clock::time_point now) const;
  /// Draws the line over the old one, cut to the terminal's width.
  void redraw(const std::string& line);
  void erase();

  std::FILE* out_;
  ProgressStyle style_;
  std::optional<Clock::time_point> start_;  // of the first update
  std::optional<Clock::time_point> drawn_;
  Clock::time_point updated_;
  double first_fraction_ = 0;
  double fraction_ = 0;
  std::string text_;
  bool on_screen_ = false;  // a redrawn line that no newline has ended
};

}  // namespace mdsm
