#include "mdsm/train/trainee.h"

#include "mdsm/base/error.h"
#include "mdsm/train/averaged_energy.h"

namespace mdsm {

Trainee build_trainee(const Experiment& experiment, const Shape& datum_shape, Precision precision) {
  const auto seed = static_cast<uint64_t>(experiment.train.seed);
  BuildOptions build{.sigma0 = experiment.objective.sigma0,
                     .precision = resolved_precision(precision, experiment.energy),
                     .conv_choice = machine_conv_choice()};
  Trainee trainee{.energy = nullptr, .precision = build.precision, .origin = EnergyOrigin::experiment};
  trainee.average = build_energy(experiment.energy, datum_shape, seed, build);
  build.conv_choice = trainee.conv_choice = new_machine_conv_choice();
  trainee.energy = build_energy(experiment.energy, datum_shape, seed, build);
  return trainee;
}

std::shared_ptr<const Energy> averaged(const Trainee& trainee, FlatWeights& theta) {
  if (!trainee.average) return std::make_shared<AveragedEnergy>(trainee.energy, theta);
  const Tensor storage = trainee.average->parameters().pack();
  require(storage.sizes() == theta.average.sizes(), "training: the energy has {} weights and its average {}.",
          theta.average.numel(), storage.numel());
  storage.copy_(theta.average);
  theta.average = storage;
  return trainee.average;
}

}  // namespace mdsm
