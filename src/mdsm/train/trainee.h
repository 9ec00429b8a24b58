#pragma once

#include <memory>

#include "mdsm/energy/precision.h"
#include "mdsm/engine/kernels/conv_choice.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/train/optimizer.h"

namespace mdsm {

/// What a Trainer trains: any energy with parameters, float32 on the CPU.
struct Trainee {
  /// Its parameters are moved, and packed into one buffer first (Parameters::pack).
  std::shared_ptr<Energy> energy;
  /// The same energy over parameters of its own, which become the moving average. Null: `energy` is evaluated with its
  /// weights exchanged (averaged_energy.h).
  std::shared_ptr<Energy> average = nullptr;
  /// How `energy` runs its convolutions, so that a resumed run repeats it. Null: nothing is chosen.
  std::shared_ptr<ConvChoice> conv_choice = nullptr;
  Precision precision = Precision::fp32;    ///< in which `energy` computes, as the state says
  EnergyOrigin origin = EnergyOrigin::own;  ///< what a checkpoint says
};

/// The energy of the experiment's table [energy] and its twin.
/// \throws Error if data of this shape do not fit the network
Trainee build_trainee(const Experiment& experiment, const Shape& datum_shape,
                      Precision precision = Precision::automatic);

/// The energy at the moving average; makes theta.average its storage where it has one.
std::shared_ptr<const Energy> averaged(const Trainee& trainee, FlatWeights& theta);

}  // namespace mdsm
