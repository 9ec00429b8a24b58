#include "mdsm/train/training_data.h"

#include "mdsm/data/memory_source.h"

namespace mdsm {

TrainingData load_training_data(const Experiment& experiment) {
  const auto whole = load_source(experiment.data, Split::train);
  const int64_t aside = experiment.data.held_out;
  if (aside == 0) return {whole, nullptr};
  return {std::make_shared<SplitSource>(whole, aside, SplitSource::Part::kept),
          std::make_shared<SplitSource>(whole, aside, SplitSource::Part::held_out)};
}

}  // namespace mdsm
