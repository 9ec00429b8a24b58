#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "mdsm/reproduce/section.h"

namespace mdsm::reproduce {

/// What a reproduction needs of its surroundings.
struct ReproduceHooks {
  /// Runs `mdsm ARGUMENTS` with its stdout going to a file, and returns its exit code.
  std::function<int(const std::vector<std::string>& arguments, const std::filesystem::path& output)> run;
  /// Says what is done next, one line.
  std::function<void(const std::string& line)> say;
};

struct ReproduceOptions {
  std::vector<std::string> only;  ///< names of sections; empty: all
  std::string command;            ///< that regenerates the page, for its head
  std::string machine;            ///< for its head
};

/// One command of a reproduction, in order.
struct PlannedStep {
  std::string section;  ///< "train" for a training
  Step step;
};

/// The trainings that the chosen sections need, then their steps. Steps whose data are not there are left out.
/// \throws Error that names the nearest section if one of `only` is none
std::vector<PlannedStep> plan(const Place& place, std::span<const Section> sections,
                              const std::vector<std::string>& only);

/// Makes DIR/index.html and DIR/README.md of the sections.
///
/// Every command that has ended well is recorded in DIR/work and is not run again, unless it, or the training that it
/// stands on, has changed: an interrupted reproduction goes on where it was. A training that was interrupted resumes.
/// The page is written anew after every section.
/// \throws Error(failure) that names the command that failed, Error(interrupted) after Ctrl-C
/// \throws Error(request) if DIR holds a reproduction at another scale
void reproduce(const Place& place, std::span<const Section> sections, const ReproduceOptions& options,
               const ReproduceHooks& hooks);

}  // namespace mdsm::reproduce
