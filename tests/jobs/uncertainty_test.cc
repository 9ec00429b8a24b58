#include "mdsm/jobs/uncertainty.h"

#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/formats/image_file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "support/expect_close.h"
#include "support/expect_error.h"
#include "support/temp_dir.h"

namespace mdsm {
namespace {

using testing::TempDir;
using testing::trained_gaussian;

DenoisedImages denoised(const TrainedEnergy& trained) {
  std::vector<NamedImage> images{{"a", at::full({1, 28, 28}, 0.4)}, {"b", at::full({1, 7, 9}, 0.4)}};
  return denoise_images(trained, std::move(images), {.options = {}, .add_noise = 0.3, .seed = 3});
}

TEST(Uncertainty, IsTheNoiseTimesTheGainOfAGaussian) {
  const TrainedEnergy trained = trained_gaussian();
  const DenoisedImages images = denoised(trained);
  const Uncertainty found = uncertainty_of(trained, images, 2, 1);
  const double gain = 1 - trained.sigma0() * trained.sigma0() / 0.05;  // J = gain I
  for (int64_t i = 0; i < 2; ++i) {
    const double sigma = images.figures[static_cast<size_t>(i)].sigma;
    testing::expect_close(found.deviation[i], at::full({1, 32, 32}, sigma * std::sqrt(gain)), 1e-5);
    EXPECT_NEAR(found.error[i].item<double>() / (sigma * sigma * gain * 1024), 1, 1e-5);
    testing::expect_close(found.spread[i], at::full({2}, sigma * std::sqrt(gain), at::kDouble), 1e-5);
    EXPECT_NEAR(found.directions[i][0].norm().item<double>(), 1, 1e-5);
  }
}

TEST(Uncertainty, StandsBesideTheImages) {
  const TempDir folder;
  const TrainedEnergy trained = trained_gaussian();
  const DenoisedImages images = denoised(trained);
  const std::string out = (folder / "out").string();
  write_uncertainty(trained, images, {.options = {}, .uncertainty = 2}, out, {{"run", "r"}});
  EXPECT_EQ(read_image(folder / "out/b-deviation.png").sizes(), at::IntArrayRef({1, 7, 9}));
  EXPECT_EQ(read_image(folder / "out/b-direction-2.png").sizes(), at::IntArrayRef({1, 11, 35}));
  EXPECT_TRUE(read_png_text(folder / "out/a-deviation.png").contains("white"));
  const std::string array = (folder / "x.npy").string();
  write_uncertainty(trained, images, {.options = {}, .uncertainty = 2}, array, {});
  EXPECT_EQ(read_npy(folder / "x-directions.npy").sizes(), at::IntArrayRef({2, 2, 1, 32, 32}));
  testing::expect_error([&] { write_uncertainty(trained, images, {.options = {}, .uncertainty = 2}, "", {}); },
                        "Say where");
}

}  // namespace
}  // namespace mdsm
