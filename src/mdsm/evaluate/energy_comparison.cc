#include "mdsm/evaluate/energy_comparison.h"

namespace mdsm {

EnergyComparison compare_energies(const Scoring& scoring, const Source& train, const Source& test,
                                  const PartStore& parts, const Watch& watch) {
  EnergyComparison found{.train = score_table(scoring, train, parts, "train", watch.part(0, 0.5)),
                         .test = score_table(scoring, test, parts, "test", watch.part(0.5, 1))};
  found.plain = kolmogorov_smirnov(found.train.energy, found.test.energy);
  found.noisy = kolmogorov_smirnov(found.train.noisy_energy, found.test.noisy_energy);
  return found;
}

}  // namespace mdsm
