#include "mdsm/train/resume.h"

#include <array>

#include "mdsm/base/error.h"
#include "mdsm/train/state.h"

namespace mdsm {
namespace {

/// Beside all of the table [sample].
constexpr std::array kFree{"train.log_every",    "train.evaluate_every", "train.evaluate_count",  "train.sample_every",
                           "train.sample_count", "train.sample_steps",   "train.checkpoint_every"};

Experiment begun_experiment(const RunDirectory& run) {
  const std::filesystem::path state = run.state_file();
  return experiment_from_json(experiment_of_state(state), state.string());
}

}  // namespace

bool may_differ_on_resume(const std::string& option) {
  return option.starts_with("sample.") || std::find(kFree.begin(), kFree.end(), option) != kFree.end();
}

void require_same_experiment(const Experiment& experiment, const RunDirectory& run) {
  std::vector<std::string> changed = differences(experiment, begun_experiment(run));
  std::erase_if(changed, may_differ_on_resume);
  require(changed.empty(),
          "{}: the run was begun with other values of {}. Resume with the same ones, or start a new run.",
          run.path().string(), fmt::join(changed, ", "));
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
