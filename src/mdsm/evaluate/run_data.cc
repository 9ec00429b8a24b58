#include "mdsm/evaluate/run_data.h"

#include <algorithm>

#include "mdsm/data/load.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/train/training_data.h"

namespace mdsm {

std::shared_ptr<const Source> load_seen_data(const Experiment& experiment) {
  return load_training_data(experiment).train;
}

std::shared_ptr<const Source> load_unseen_data(const Experiment& experiment) { return load_unseen(experiment.data); }

std::string unseen_name(const Source& unseen) { return unseen.info().half_name() + " data"; }

std::string name_of(const Source& data) { return data.info().name + "/" + data.info().half_name(); }

std::shared_ptr<const SyntheticDensity> known_density_of(const Experiment& experiment) {
  // By the name alone: the data themselves may be gone.
  for (const std::string& known : synthetic_density_names()) {
    const std::string& name = experiment.data.name;
    if (name == known || name == known + "/train" || name == known + "/test") return synthetic_density(known);
  }
  return nullptr;
}

double mean_training_energy(const TrainedEnergy& trained, uint64_t seed, int64_t batch, const Watch& watch) {
  const auto seen = load_seen_data(trained.experiment);
  const auto some = subset_source(seen, std::min(kTypicalCount, seen->size()), seed);
  return scores(*trained.energy, *some, ScoreKind::energy, trained.sigma0(), 0, batch, watch)
      .to(at::kDouble)
      .mean()
      .item<double>();
}

Tensor scores_of_run(const TrainedEnergy& trained, const Source& data, ScoreKind kind, uint64_t seed, int64_t batch,
                     const Watch& watch) {
  const double typical = kind == ScoreKind::typicality ? mean_training_energy(trained, seed, batch, watch.silent()) : 0;
  return scores(*trained.energy, data, kind, trained.sigma0(), typical, batch, watch, seed);
}

}  // namespace mdsm
