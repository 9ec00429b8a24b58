// Training on patches of pictures of many sizes.
#include <gtest/gtest.h>

#include "mdsm/run/checkpoint.h"
#include "mdsm/train/trainer.h"
#include "support/expect_error.h"
#include "support/image_files.h"
#include "support/small_training.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::TempDir;

/// A training on a folder with six smooth pictures of as many sizes.
Experiment small_pictures(const std::string& folder, int64_t steps) {
  std::filesystem::create_directories(folder);
  for (int64_t i = 0; i < 6; ++i) {
    const Tensor rows = at::linspace(0, 255, 20 + 3 * i).view({-1, 1});
    testing::write_bytes(
        folder + fmt::format("/{}.png", i),
        testing::encode_png(((rows + at::linspace(0, 200, 40 - 2 * i)) / 2).to(at::kByte).unsqueeze(0)));
  }
  Experiment experiment = testing::small_mnist(steps);
  experiment.data = {.name = folder, .patch = 16, .turn = true, .patch_scales = {1, 0.8}, .held_out = 3};
  experiment.energy = {.kind = "unet", .width = 4, .multipliers = {1, 2}};
  return experiment;
}

TEST(TrainingOnPatches, ResumesToTheSameBytesAndRunsOnOtherSizes) {
  const TempDir folder;
  const Experiment experiment = small_pictures((folder / "pictures").string(), 6);
  const TrainingData data = load_training_data(experiment);
  EXPECT_EQ(data.held_out->size(), 3);
  const RunDirectory once(folder / "once"), twice(folder / "twice");
  testing::Listener listener;
  Trainer(experiment, data, once, Precision::fp32).run({&listener});
  EXPECT_EQ(listener.losses.size(), 6U);
  Trainer(experiment, data, twice, Precision::fp32).run({}, 3);
  Trainer(experiment, load_training_data(experiment), twice).run({});
  const TrainedEnergy a = load_trained_energy(once.path()), b = load_trained_energy(twice.path());
  for (size_t i = 0; i < a.energy->parameters().size(); ++i)
    EXPECT_TRUE(at::equal(a.energy->parameters()[i], b.energy->parameters()[i]));
  EXPECT_TRUE(a.takes_any_size());
  EXPECT_TRUE(a.energy_for({1, 33, 21})->value(at::rand({2, 1, 33, 21})).isfinite().all().item<bool>());
}

TEST(TrainingOnPatches, NeedsPicturesThatAreLargeEnough) {
  const TempDir folder;
  Experiment experiment = small_pictures((folder / "pictures").string(), 1);
  experiment.data.patch = 64;
  testing::expect_error([&] { load_training_data(experiment); },
                        "data.held_out = 3: 6 pictures have 0 patches of 64 pixels");
}

}  // namespace
}  // namespace mdsm
