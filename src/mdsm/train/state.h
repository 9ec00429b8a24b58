#pragma once

#include <filesystem>

#include "mdsm/energy/precision.h"
#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/train/norm_watch.h"
#include "mdsm/train/optimizer.h"

namespace mdsm {

/// Everything that training needs to go on as if it had never stopped. Random numbers need no state (base/rng.h).
///
/// In the file each parameter has a tensor a group, "weights.NAME", "average.NAME", and those of the optimiser:
/// "moment1.NAME", "moment2.NAME".
struct TrainState {
  FlatWeights theta;
  NamedTensors moments;   ///< of the optimiser, whose own they are
  int64_t step = 0;       ///< updates made
  int64_t rollbacks = 0;  ///< explosions so far
  double seconds = 0;     ///< wall clock used, where train.minutes counts it; else 0
  NormWatch::State norm;
  Precision precision = Precision::fp32;  ///< in which the updates were made
  Choices convolutions;                   ///< and by which methods: they differ in rounding
  EnergyOrigin origin = EnergyOrigin::experiment;
};

/// The state before the first update. Packs the energy's parameters: theta.weights is their storage from then on, so that
/// the energy sees an update at once. The average is a copy of them.
/// \throws Error if there are no parameters, or they are not float32 on the CPU
TrainState initial_state(const Energy& energy, const Optimizer& optimizer);

/// A state in its own memory.
TrainState copy_of(const TrainState& state);
/// Copies all of `from` into the storage of `to`, whose tensors keep their place.
void copy_state(const TrainState& from, TrainState& to);

/// Writes the state (temporary name, flushed, renamed). `names` gives names and shapes.
/// \param experiment  JSON of the experiment, kept in the header
/// \throws Error (failure) if the file cannot be written; an older file is then untouched
void save_state(const std::filesystem::path& path, const TrainState& state, const Parameters& names,
                const std::string& experiment);

/// Reads a state into the storage of `state`, whose tensors keep their place.
/// \throws Error if the file is damaged or belongs to another network
void load_state(const std::filesystem::path& path, TrainState& state, const Parameters& names);

/// The experiment's JSON from the header of a training state.
/// \throws Error if the file is not one
std::string experiment_of_state(const std::filesystem::path& path);
/// Whether a newer mdsm wrote it, in a format that this one does not read.
/// \throws Error if its header cannot be read
bool is_state_of_newer_format(const std::filesystem::path& path);
/// Updates made, from the same place.
int64_t step_of_state(const std::filesystem::path& path);
/// The precision in which it was trained, from the same place.
Precision precision_of_state(const std::filesystem::path& path);
/// Whose energy it is, from the same place.
EnergyOrigin origin_of_state(const std::filesystem::path& path);

}  // namespace mdsm
