#include "mdsm/cli/terminal.h"

#include <cstdio>

#include "mdsm/parallel/job.h"

namespace mdsm::cli {

Terminal::Terminal(const CommonOptions& common)
    : quiet_(common.quiet), verbose_(common.verbose), progress_(stderr, progress_style(stderr, common.quiet)) {}

void Terminal::say(std::string_view text) {
  if (!quiet_) progress_.say(text);
}

void tell(std::string_view text, std::string_view who) {
  if (!text.empty()) std::fputs(fmt::format("mdsm: {}{}\n", who, text).c_str(), stderr);
}

void Terminal::say_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) say("note: " + note);
}

void Terminal::say_more(std::string_view text) {
  if (verbose_) say(text);
}

bool Terminal::interrupted() const {
  if (!interrupt_.flag()) return whole_job().stop_told();
  whole_job().tell_stop();
  return true;
}

Watch Terminal::watch() {
  return Watch([this](double fraction, std::string_view text) { progress_.update(fraction, text); },
               [this] { return interrupted(); });
}

}  // namespace mdsm::cli
