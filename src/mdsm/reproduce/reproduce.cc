#include "mdsm/reproduce/reproduce.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/base/utc.h"
#include "mdsm/formats/file.h"
#include "mdsm/reproduce/pages.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/reproduce/standing.h"
#include "mdsm/run/run_directory.h"

namespace mdsm::reproduce {
namespace {

namespace fs = std::filesystem;

void check_names(std::span<const Section> sections, const std::vector<std::string>& only) {
  std::vector<std::string> names;
  for (const Section& section : sections) names.emplace_back(section.name);
  for (const std::string& name : only) {
    require(std::find(names.begin(), names.end(), name) != names.end(), "--only {}: no such section (there are: {}).{}",
            name, fmt::join(names, ", "), did_you_mean(name, names));
  }
}

bool is_chosen(const Section& section, const std::vector<std::string>& only) {
  return only.empty() || std::find(only.begin(), only.end(), section.name) != only.end();
}

/// One scale a folder: numbers of two must not meet on a page.
void check_scale(const Place& place) {
  const fs::path file = place.out() / "work" / "scale.txt";
  if (!fs::exists(file)) {
    make_folders(file.parent_path());
    write_file_atomically(file, place.scale().name() + "\n");
    return;
  }
  std::string before = read_file(file);
  if (before.ends_with('\n')) before.pop_back();
  require(before == place.scale().name(),
          "{}: holds a reproduction at scale {} (asked for: {}). Choose another --out, or --scale {}.",
          place.out().string(), before, place.scale().name(), before);
}

void run_step(const Place& place, const PlannedStep& planned, const ReproduceHooks& hooks) {
  const fs::path file = record_file(place, planned.section, planned.step.name);
  make_folders(file.parent_path());
  std::vector<std::string> arguments = planned.step.arguments;
  const bool training = planned.section == kTraining;
  if (training && RunDirectory(place.run(planned.step.name)).has_state()) arguments.emplace_back("--resume");
  const fs::path output = file.parent_path() / (planned.step.name + ".out");
  const auto begin = std::chrono::steady_clock::now();
  const int code = hooks.run(arguments, output);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  if (code == static_cast<int>(Fault::interrupted))
    throw Error("interrupted; the same command goes on from here.", Fault::interrupted);
  if (code != 0) fail("this command failed with exit code {}: {}", code, typed(arguments));
  write_record(file, {planned.step.arguments, foundation(place, planned.step), read_file(output), elapsed.count(),
                      utc_now_milliseconds()});
  fs::remove(output);
}

}  // namespace

std::vector<PlannedStep> plan(const Place& place, std::span<const Section> sections,
                              const std::vector<std::string>& only) {
  check_names(sections, only);
  std::vector<PlannedStep> trainings, steps;
  std::set<std::string> runs, shared;
  for (const Section& section : sections) {
    if (!is_chosen(section, only)) continue;
    for (Step& step : section.steps(place)) {
      if (!why_left_out(place, step).empty()) continue;
      if (runs.insert(step.run).second) trainings.push_back({kTraining, training_step(place, step.run)});
      const std::string home = home_of(section.name, step);
      if (step.shared && !shared.insert(step.name).second) continue;
      steps.push_back({home, std::move(step)});
    }
  }
  trainings.insert(trainings.end(), std::make_move_iterator(steps.begin()), std::make_move_iterator(steps.end()));
  return trainings;
}

void reproduce(const Place& place, std::span<const Section> sections, const ReproduceOptions& options,
               const ReproduceHooks& hooks) {
  const std::vector<PlannedStep> planned = plan(place, sections, options.only);
  check_scale(place);
  const auto total = planned.size();
  for (size_t i = 0; i < total; ++i) {
    const std::string what = fmt::format("[{}/{}] {} {}", i + 1, total, planned[i].section, planned[i].step.name);
    if (is_done(place, planned[i].section, planned[i].step)) {
      hooks.say(what + ": done before");
      continue;
    }
    hooks.say(what);
    run_step(place, planned[i], hooks);
    const bool section_ends = i + 1 < total && planned[i + 1].section != planned[i].section;
    if (section_ends && planned[i].section != kTraining) write_pages(place, sections, options);
  }
  write_pages(place, sections, options);
}

}  // namespace mdsm::reproduce
