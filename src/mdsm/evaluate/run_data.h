#pragma once

#include <memory>
#include <string>

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"
#include "mdsm/data/synthetic/density.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm {

/// What a run was trained on: the training half without what was held out of it.
/// \throws Error if the data are not there
std::shared_ptr<const Source> load_seen_data(const Experiment& experiment);

/// What training never saw: the test half of the run's data or, if they have none, what was held out.
/// \throws Error if the data are not there, or have neither
std::shared_ptr<const Source> load_unseen_data(const Experiment& experiment);

/// "test data" or "held-out data"
std::string unseen_name(const Source& unseen);

/// Name and half: "mnist/test".
std::string name_of(const Source& data);

/// The density that a run's data were drawn from; null where none is known.
std::shared_ptr<const SyntheticDensity> known_density_of(const Experiment& experiment);

/// Training data whose mean energy typicality is measured from.
inline constexpr int64_t kTypicalCount = 1000;

/// Mean energy of kTypicalCount training data, or all where there are fewer.
/// \param seed  which data are chosen
double mean_training_energy(const TrainedEnergy& trained, uint64_t seed, int64_t batch, const Watch& watch = {});

/// Scores of data by a run's energy; typicality is the distance from mean_training_energy().
/// \param seed  of that, and of the noise that some scores add
Tensor scores_of_run(const TrainedEnergy& trained, const Source& data, ScoreKind kind, uint64_t seed, int64_t batch,
                     const Watch& watch = {});

}  // namespace mdsm
