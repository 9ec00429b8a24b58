#include "mdsm/train/saved_state.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/file.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/state.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

/// Options that last as long as a run, of which the state has other values than the run: a copy of another run's state.
std::vector<std::string> foreign_options(const fs::path& state, const RunDirectory& run) {
  try {
    const Experiment begun = read_experiment(run.experiment_file());
    std::vector<std::string> names =
        differences(begun, experiment_from_json(experiment_of_state(state), state.string()));
    std::erase_if(names, [](const std::string& option) { return on_resume(option) != OnResume::fixed; });
    return names;
  } catch (const Error&) {
    return {};  // an experiment that cannot be read is told where it is needed
  }
}

/// What is wrong with a training state, as far as its header and length tell; empty if nothing.
std::string trouble_of(const fs::path& state, const RunDirectory& run) {
  if (!fs::exists(state)) return fmt::format("{} is missing.", state.string());
  try {
    if (is_state_of_newer_format(state)) return {};  // not for this mdsm, but whole
    static_cast<void>(experiment_of_state(state));
  } catch (const Error& error) {
    return error.what();
  }
  const std::vector<std::string> foreign = foreign_options(state, run);
  if (foreign.empty()) return {};
  return fmt::format("{}: the state of another run ({} differs from {}).", state.string(), fmt::join(foreign, ", "),
                     run.experiment_file().filename().string());
}

void move_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) fail_to_write(to, error.value());
}

}  // namespace

void keep_previous_state(const RunDirectory& run) {
  const fs::path state = run.state_file();
  if (!run.has_state()) return;
  // A second name of the same bytes, then a rename: both names hold a whole state at every moment.
  fs::path link = run.previous_state_file();
  link += ".tmp-link";
  std::error_code error;
  fs::remove(link, error);
  fs::create_hard_link(state, link, error);
  if (error) fs::copy_file(state, link, fs::copy_options::overwrite_existing, error);
  if (error) fail_to_write(link, error.value());
  move_file(link, run.previous_state_file());
  fs::remove(link, error);  // rename() leaves it where both are names of the same bytes
}

std::string mend_state(const RunDirectory& run) {
  const fs::path state = run.state_file(), previous = run.previous_state_file();
  if (!fs::exists(previous)) return {};
  const std::string trouble = trouble_of(state, run);
  if (trouble.empty() || !trouble_of(previous, run).empty()) return {};
  fs::path damaged = run.path() / "training-state-damaged.safetensors";
  if (fs::exists(state)) move_file(state, damaged);
  move_file(previous, state);
  return fmt::format("{} Going on from the state before it ({}).", trouble, previous.filename().string());
}

}  // namespace mdsm
