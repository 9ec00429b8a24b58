#include "mdsm/train/start_from.h"

#include "mdsm/base/error.h"
#include "mdsm/train/directory_writer.h"

namespace mdsm {
namespace {

/// "width (16, here 4)" for each option of [energy] in which they differ.
std::vector<std::string> network_differences(Experiment theirs, Experiment ours) {
  std::vector<std::string> texts;
  for (const std::string& name : differences(theirs, ours)) {
    if (!name.starts_with("energy.")) continue;
    const auto value = [&](Experiment& experiment) {
      const OptionList options = experiment.options();
      for (const OptionEntry& entry : options.entries()) {
        if (entry.full_name() == name) return entry.text();
      }
      return std::string();
    };
    texts.push_back(fmt::format("{} ({} there, {} here)", name, value(theirs), value(ours)));
  }
  return texts;
}

void require_equal(const std::string& from, const Experiment& theirs, const Shape& their_shape, const Experiment& ours,
                   const Shape& our_shape) {
  require(their_shape == our_shape,
          "start from {}: weights for data of shape {} (these data have {}). Choose data of that shape: "
          "data.image_size, data.pad_to and data.channels change it.",
          from, to_text(their_shape), to_text(our_shape));
  const std::vector<std::string> other = network_differences(theirs, ours);
  require(other.empty(), "start from {}: weights of another network: {}. Take over its table [energy].", from,
          fmt::join(other, ", "));
}

}  // namespace

void require_start(const std::string& from, const Experiment& experiment, const Shape& datum_shape) {
  const TrainedEnergy there = load_trained_energy(from, Weights::average, Precision::fp32);
  require_equal(from, there.experiment, there.energy->datum_shape(), experiment, datum_shape);
}

void start_from(const std::string& from, const Experiment& experiment, const Trainee& trainee) {
  // The table [energy] says nothing of an energy of somebody's own: names and shapes of its weights do.
  if (trainee.origin == EnergyOrigin::experiment) require_start(from, experiment, trainee.energy->datum_shape());
  static_cast<void>(load_weights(from, *trainee.energy));
}

Trainer trainer_from(const std::string& from, const Experiment& experiment, const TrainingData& data,
                     const RunDirectory& directory, Precision precision) {
  if (from.empty()) return {experiment, data, directory, precision};
  const Trainee trainee = build_trainee(experiment, data.train->info().datum_shape, precision);
  start_from(from, experiment, trainee);
  return {trainee, experiment, data, std::make_shared<DirectoryWriter>(directory)};
}

}  // namespace mdsm
