#pragma once

#include <filesystem>
#include <memory>

#include "mdsm/data/moments.h"
#include "mdsm/energy/build.h"
#include "mdsm/run/experiment.h"

namespace mdsm {

/// Which weights of a run are used.
enum class Weights {
  average,  ///< the moving average: what is sampled, evaluated and exported
  raw,      ///< the weights that training moves
};

/// Where an energy comes from.
enum class EnergyOrigin {
  experiment,  ///< the table [energy]: a checkpoint's header says how to build it again
  own,         ///< somebody's code: a checkpoint holds its weights alone, which load_weights reads
};

/// What samplers need to know of an energy of this experiment.
SampleContext sample_context(const Experiment& experiment, std::shared_ptr<const DataMoments> moments);

/// An energy out of a file, with what its users need to know.
struct TrainedEnergy {
  std::shared_ptr<Energy> energy;
  Experiment experiment;
  int64_t step = 0;  ///< updates behind it
  Weights weights = Weights::average;
  std::filesystem::path file;  ///< where it was read from
  std::string notice;          ///< what its user should know of that; mostly empty

  std::shared_ptr<const DataMoments> moments;  ///< of the training data; null if the file holds none
  Precision precision = Precision::automatic;  ///< in which it was asked to run

  /// Whether it was trained on patches of pictures, by a network that takes pictures of any size: these are then not
  /// resized, and get no border.
  bool takes_any_size() const { return experiment.data.patch > 0 && mdsm::takes_any_size(experiment.energy); }
  /// The energy of data of this shape, with the same parameters: `energy` itself for the shape it was trained on.
  /// \throws Error if the shape is another, and it does not take any size; as build_energy_of_size
  std::shared_ptr<Energy> energy_for(const Shape& datum_shape, const TileOptions& tiles = {}) const;

  double sigma0() const { return experiment.objective.sigma0; }
  /// What samplers need to know: pass it to draw_samples.
  SampleContext sample_context() const { return mdsm::sample_context(experiment, moments); }
};

/// Writes a checkpoint: the tensors under their PyTorch names and layouts; in the header's metadata "format",
/// "experiment" (JSON), "datum_shape" (JSON), "data_range", "sigma0", "step", "weights" and "mdsm_version". The network
/// can be rebuilt from the file alone; an energy of one's own cannot, and "energy" is then "own". The data's moments,
/// if given, stand beside the weights as "moments.*".
void write_checkpoint(const std::filesystem::path& path, const Energy& average, const Experiment& experiment,
                      int64_t step, const DataMoments* moments = nullptr,
                      EnergyOrigin origin = EnergyOrigin::experiment);

/// Reads a checkpoint file, the newest whole checkpoint of a run directory, or a shipped model by its name (find_run).
/// Weights::raw reads the run's training state. Where a newer checkpoint is damaged, as far as its header and length
/// tell, `notice` says so.
/// \param precision  in which the energy is run, whatever it was trained in
/// \throws Error if there is none, or it is damaged, or raw weights are asked of a file that holds only the average, or
///         its energy is somebody's own; (failure) if a weight is not finite
TrainedEnergy load_trained_energy(const std::filesystem::path& run, Weights weights = Weights::average,
                                  Precision precision = Precision::automatic);

/// Copies the weights of a run or checkpoint into `energy`, which has the same parameters: the way back for an energy of
/// one's own. The names are those of load_trained_energy.
/// \return  updates behind the weights
/// \throws Error as load_trained_energy, if the newest checkpoint is damaged, or if names or shapes of parameters or data
///         differ
int64_t load_weights(const std::filesystem::path& run, const Energy& energy, Weights weights = Weights::average);

}  // namespace mdsm
