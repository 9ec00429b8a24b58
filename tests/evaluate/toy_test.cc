// experiments/toys as a user runs them: trained, then compared with the density that the data are drawn from.
#include <gtest/gtest.h>

#include "mdsm/evaluate/plane_density.h"
#include "mdsm/train/trainer.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

PlaneComparison trained(const std::string& name) {
  const testing::TempDir folder;
  const Experiment experiment =
      read_experiment(fmt::format("{}/experiments/toys/{}.toml", MDSM_SOURCE_DIR, name), {"train.evaluate_every=0"});
  Trainer trainer(experiment, load_training_data(experiment), RunDirectory(folder / "run"));
  trainer.run();
  return compare_on_plane(trainer.average(), *synthetic_density(name), experiment.objective.sigma0, 128);
}

// 0.0008 nats when it was written; a Gaussian with the right variances but no correlation is 0.16 away.
TEST(Toy, TheGaussianIsLearnt) { EXPECT_LT(trained("gaussian").kl_smoothed, 0.01); }

// 0.0006 nats when it was written.
TEST(SlowToy, TheRingIsLearnt) { EXPECT_LT(trained("ring").kl_smoothed, 0.01); }

}  // namespace
}  // namespace mdsm
