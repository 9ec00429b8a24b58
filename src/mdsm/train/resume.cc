#include "mdsm/train/resume.h"

#include <array>

#include "mdsm/base/error.h"
#include "mdsm/train/schedule.h"
#include "mdsm/train/state.h"

namespace mdsm {
namespace {

/// Beside all of the table [sample]: they decide nothing.
constexpr std::array kFree{"train.log_every",    "train.evaluate_every", "train.evaluate_count",   "train.sample_every",
                           "train.sample_count", "train.sample_steps",   "train.checkpoint_every", "data.cache_mib"};

Experiment begun_experiment(const RunDirectory& run) {
  const std::filesystem::path state = run.state_file();
  return experiment_from_json(experiment_of_state(state), state.string());
}

}  // namespace

OnResume on_resume(const std::string& option) {
  if (option == "train.steps" || option == "train.minutes") return OnResume::length;
  const bool free = option.starts_with("sample.") || std::find(kFree.begin(), kFree.end(), option) != kFree.end();
  return free ? OnResume::free : OnResume::fixed;
}

void require_same_experiment(const Experiment& experiment, const RunDirectory& run) {
  std::vector<std::string> changed = differences(experiment, begun_experiment(run));
  std::erase_if(changed, [](const std::string& option) { return on_resume(option) != OnResume::fixed; });
  require(
      changed.empty(),
      "{}: the run was begun with other values of {}. Resume with the same ones, or start a new run, from this one's "
      "weights if you like.",
      run.path().string(), fmt::join(changed, ", "));
  const int64_t made = step_of_state(run.state_file());
  require(experiment.train.minutes > 0 || experiment.train.steps >= made,
          "{}: train.steps is {} ({} updates are made already). Ask for at least as many.", run.path().string(),
          experiment.train.steps, made);
}

std::string change_of_length(const Experiment& experiment, const RunDirectory& run) {
  if (!run.has_state()) return "";
  const TrainOptions before = begun_experiment(run).train;
  const TrainOptions& now = experiment.train;
  if (before.steps == now.steps && before.minutes == now.minutes) return "";
  const int64_t made = step_of_state(run.state_file());
  if (before.minutes > 0 || now.minutes > 0) {
    return fmt::format("going on to {}: from here the schedule of the learning rate is that of the new length.",
                       now.minutes > 0 ? fmt::format("{:g} minutes in all (before: {:g})", now.minutes, before.minutes)
                                       : fmt::format("{} updates", now.steps));
  }
  const double last = learning_rate_at(before, std::max<int64_t>(made - 1, 0));
  const double next = learning_rate_at(now, made);
  const std::string same = now.schedule == "constant" ? "as if begun so" : "not what a run begun so would be";
  return fmt::format(
      "going on to {} updates (the run was begun for {}, {} are made): from here the schedule '{}' is that of {}, and the "
      "learning rate goes from {:.3g} to {:.3g}: {}.",
      now.steps, before.steps, made, now.schedule, now.steps, last, next, same);
}

Experiment resumed_experiment(const RunDirectory& run, const std::vector<std::string>& changes) {
  require(run.has_state(),
          "{}: no training-state.safetensors here: nothing to resume. Pass the run directory of `mdsm train`.",
          run.path().string());
  require(origin_of_state(run.state_file()) == EnergyOrigin::experiment,
          "{}: a training of an energy of somebody's own (the run does not say how it is computed). Go on with it in a "
          "program that builds that energy.",
          run.path().string());
  Experiment experiment = begun_experiment(run);
  const OptionList options = experiment.options();
  for (const std::string& change : changes) set_from_text(change, options);
  return experiment;
}

Precision training_precision(Precision wanted, const Experiment& experiment, const RunDirectory& run) {
  if (wanted == Precision::automatic && run.has_state()) return precision_of_state(run.state_file());
  return resolved_precision(wanted, experiment.energy);
}

}  // namespace mdsm
