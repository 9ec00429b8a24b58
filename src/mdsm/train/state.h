#pragma once

#include <filesystem>

#include "mdsm/energy/energy.h"
#include "mdsm/energy/precision.h"
#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/train/norm_watch.h"
#include "mdsm/train/optimizer.h"

namespace mdsm {

/// Everything that training needs to go on as if it had never stopped. Random numbers need no state (base/rng.h).
///
/// In the file each parameter has four tensors, "weights.NAME", "average.NAME", "moment1.NAME", "moment2.NAME".
struct TrainState {
  AdamState adam;
  int64_t step = 0;       ///< updates made
  int64_t rollbacks = 0;  ///< explosions so far
  double seconds = 0;     ///< wall clock used, where train.minutes counts it; else 0
  NormWatch::State norm;
  Precision precision = Precision::fp32;  ///< in which the updates were made
  Choices convolutions;                   ///< and by which methods: they differ in rounding
};

/// The state before the first update. Packs the parameters of both energies: state.adam.weights and .average are their
/// storage from then on, so that an update is seen by both at once. The average starts at the weights.
TrainState initial_state(const Energy& energy, const Energy& average);

/// Writes the state (temporary name, flushed, renamed). `names` gives names and shapes.
/// \param experiment  JSON of the experiment, kept in the header
/// \throws Error (failure) if the file cannot be written; an older file is then untouched
void save_state(const std::filesystem::path& path, const TrainState& state, const Parameters& names,
                const std::string& experiment);

/// Reads a state into the storage of `state`, whose tensors keep their place; state.precision stays as it is.
/// \throws Error if the file is damaged or belongs to another network
void load_state(const std::filesystem::path& path, TrainState& state, const Parameters& names);

/// The experiment's JSON from the header of a training state.
/// \throws Error if the file is not one
std::string experiment_of_state(const std::filesystem::path& path);
/// The precision in which it was trained, from the same place.
Precision precision_of_state(const std::filesystem::path& path);

}  // namespace mdsm
