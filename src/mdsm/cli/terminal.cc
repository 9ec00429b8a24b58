#include "mdsm/cli/terminal.h"

#include <fmt/format.h>

#include <cstdio>

namespace mdsm::cli {

Terminal::Terminal(const CommonOptions& common)
    : quiet_(common.quiet), verbose_(common.verbose), progress_(stderr, progress_style(stderr, common.quiet)) {}

void Terminal::say(std::string_view text) {
  if (!quiet_) progress_.say(text);
}

void Terminal::say_more(std::string_view text) {
  if (verbose_) say(text);
}

Watch Terminal::watch() {
  return Watch([this](double fraction, std::string_view text) { progress_.update(fraction, text); },
               [this] { return interrupted(); });
}

std::function<bool(int64_t)> Terminal::pass_progress(const std::string& verb, int64_t total) {
  return [this, verb, total](int64_t done) {
    progress_.update(static_cast<double>(done) / static_cast<double>(total),
                     fmt::format("{} {} of {}", verb, done, total));
    if (done == total) progress_.finish();
    return !interrupted();
  };
}

std::function<bool(int64_t)> Terminal::interrupt_only() {
  return [this](int64_t) { return !interrupted(); };
}

}  // namespace mdsm::cli
