#include "mdsm/system/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "mdsm/base/text.h"

namespace mdsm {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery{100};
constexpr std::chrono::seconds kPlainEvery{10};

double seconds_between(ProgressPrinter::Clock::time_point from, ProgressPrinter::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

void put(std::FILE* out, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out);
  std::fflush(out);
}

/// Characters in a row of the terminal; 80 where that is unknown.
size_t columns(std::FILE* out) {
  winsize size{};
  return ::ioctl(::fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// The first `count` characters of a UTF-8 text.
std::string_view first_characters(std::string_view text, size_t count) {
  size_t seen = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && seen++ == count) return text.substr(0, i);
  }
  return text;
}

}  // namespace

ProgressStyle progress_style(std::FILE* out, bool quiet) {
  if (quiet) return ProgressStyle::quiet;
  const char* terminal = std::getenv("TERM");
  const bool redraws = terminal == nullptr || std::string_view(terminal) != "dumb";
  return redraws && ::isatty(::fileno(out)) == 1 ? ProgressStyle::terminal : ProgressStyle::plain;
}

ProgressPrinter::~ProgressPrinter() {
  if (on_screen_) put(out_, "\n");
}

void ProgressPrinter::update(double fraction, std::string_view text, Clock::time_point now) {
  if (style_ == ProgressStyle::quiet) return;
  fraction_ = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
  text_ = text;
  updated_ = now;
  if (!start_) {
    start_ = now;
    first_fraction_ = fraction_;
  }
  const Clock::duration every = style_ == ProgressStyle::terminal ? Clock::duration(kRedrawEvery) : kPlainEvery;
  if (drawn_ && now - *drawn_ < every) return;
  drawn_ = now;
  if (style_ == ProgressStyle::terminal) {
    redraw(line(now));
  } else {
    put(out_, line(now) + "\n");
  }
}

void ProgressPrinter::finish(std::string_view text) {
  if (style_ != ProgressStyle::quiet && (start_ || !text.empty())) {
    erase();
    put(out_, (text.empty() ? text_and_percentage() : std::string(text)) + "\n");
  }
  start_.reset();
  drawn_.reset();
  text_.clear();
}

void ProgressPrinter::say(std::string_view full_line) {
  if (style_ == ProgressStyle::quiet) return;
  const bool again = on_screen_;
  erase();
  put(out_, std::string(full_line) + "\n");
  if (again) redraw(line(updated_));
}

std::string ProgressPrinter::text_and_percentage() const {
  // Rounded down: 100 % is said of finished work only. 0.29 * 100 lies just below 29.
  return fmt::format("{}  {:3.0f}%", text_, std::floor(fraction_ * 100 + 1e-9));
}

std::string ProgressPrinter::line(Clock::time_point now) const {
  std::string text = text_and_percentage();
  const double done = fraction_ - first_fraction_;
  if (done > 0 && fraction_ < 1) {
    text += fmt::format("  {} left", format_duration(seconds_between(*start_, now) * (1 - fraction_) / done));
  }
  return text;
}

void ProgressPrinter::redraw(const std::string& text) {
  erase();
  // A line as wide as the terminal would wrap, and \r could not go back to its start.
  const std::string_view visible = first_characters(text, columns(out_) - 1);
  put(out_, visible);
  on_screen_ = true;
}

void ProgressPrinter::erase() {
  if (on_screen_) put(out_, "\r\x1b[K");
  on_screen_ = false;
}

}  // namespace mdsm
