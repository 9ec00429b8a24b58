#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/cli/command.h"
#include "mdsm/system/progress.h"
#include "mdsm/system/signals.h"

namespace mdsm::cli {

/// "mdsm: WHOTEXT" on stderr, unless TEXT is empty. Where stderr takes nothing, nobody hears it.
void tell(std::string_view text, std::string_view who = {});

/// What a command says to the person in front of it, on stderr, and Ctrl-C. One a command.
class Terminal {
 public:
  explicit Terminal(const CommonOptions& common);

  /// One line, unless --quiet.
  void say(std::string_view text);
  /// What a user must know of how data were read, a line each.
  void say_notes(const std::vector<std::string>& notes);
  /// One line with --verbose only.
  void say_more(std::string_view text);
  /// The line that redraws itself; plain lines now and then where stderr is no terminal.
  ProgressPrinter& progress() { return progress_; }

  bool interrupted() const;  ///< this process, or another of its job

  /// Draws progress on that line and asks to stop after Ctrl-C. The Terminal must outlive it; progress().finish() ends
  /// the line.
  Watch watch();

 private:
  bool quiet_;
  bool verbose_;
  InterruptGuard interrupt_;
  ProgressPrinter progress_;
};

}  // namespace mdsm::cli
