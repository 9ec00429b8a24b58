#include "mdsm/train/training_data.h"

namespace mdsm {

TrainingData load_training_data(const Experiment& experiment) {
  if (experiment.data.patch > 0) {
    const TrainingPatches patches = load_training_patches(experiment.data);
    return {patches.train, patches.held_out};
  }
  const auto whole = load_source(experiment.data, Split::train);
  if (experiment.data.held_out == 0) return {whole, nullptr};
  return {split_source(experiment.data, whole, SplitSource::Part::kept),
          split_source(experiment.data, whole, SplitSource::Part::held_out)};
}

}  // namespace mdsm
