// People's picture files through denoising: their form is kept, and what is odd or bad is answered.
#include <gtest/gtest.h>

#include "jobs/trained.h"
#include "mdsm/jobs/denoising.h"
#include "support/expect_error.h"
#include "support/image_files.h"

namespace mdsm {
namespace {

using testing::expect_error;
using testing::PngPicture;
using testing::TempDir;
using testing::trained_on_patches;
using testing::write_bytes;

DenoisedImages denoised_files(const std::vector<std::string>& paths, std::vector<std::string>* unreadable = nullptr) {
  const TrainedEnergy trained = trained_on_patches();
  return denoise_images(trained, read_images(paths, 0, ImageRole::noisy, trained, nullptr, unreadable), {});
}

/// A grey file with opacity, its rows counting on from 1.
std::string grey_with_opacity(int bits, uint32_t height, uint32_t width) {
  std::string rows;
  for (uint32_t i = 0; i < height * width * 2; ++i) rows += big_endian(i * (bits == 16 ? 211 : 1) + 1, bits / 8);
  return testing::encode_png(PngPicture{.width = width,
                                        .height = height,
                                        .bit_depth = bits,
                                        .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                                        .rows = rows,
                                        .palette = {},
                                        .palette_alpha = {}});
}

TEST(PictureFiles, ComeBackInTheirForm) {
  const std::string gamma = png_chunk("gAMA", big_endian(45455, 4));
  for (const int bits : {8, 16}) {
    const TempDir folder;
    const std::string png = grey_with_opacity(bits, 9, 14);
    write_bytes(folder / "a.png", png.substr(0, 33) + gamma + png.substr(33));
    const DenoisedImages found = denoised_files({(folder / "a.png").string()});
    const WholePicture before = read_whole_picture(folder / "a.png");
    EXPECT_TRUE(at::equal(found.inputs[0].pixels, before.colours)) << "not rounded, not mixed with a background";
    write_denoised(found, (folder / "out").string(), {});
    const WholePicture after = read_whole_picture(folder / "out/a.png");
    EXPECT_EQ(after.form.bits, bits);
    EXPECT_TRUE(at::equal(after.form.opacity, before.form.opacity));
    EXPECT_EQ(after.form.profile, before.form.profile);
    const double step = bits == 16 ? 1.0 / 65535 : 1.0 / 255;
    EXPECT_LE((after.colours - found.own_pixels(found.denoised[0], 0).clamp(0, 1)).abs().max().item<double>(),
              0.51 * step);
  }
}

TEST(PictureFiles, OfEveryKindAndShapeAreTaken) {
  const TempDir folder;
  write_bytes(folder / "palette.png", testing::encode_png(PngPicture{.width = 2,
                                                                     .height = 1,
                                                                     .colour_type = PNG_COLOR_TYPE_PALETTE,
                                                                     .rows = {"\x01\x00", 2},
                                                                     .palette = {{10, 20, 30}, {40, 50, 60}},
                                                                     .palette_alpha = {}}));
  write_bytes(folder / "bits.png",
              testing::encode_png(PngPicture{
                  .width = 3, .height = 1, .bit_depth = 1, .rows = "\xa0", .palette = {}, .palette_alpha = {}}));
  write_bytes(folder / "one.png", testing::grey_png(77, 1));
  write_bytes(folder / "strip.png", testing::encode_png(at::full({1, 7, 5000}, 99, at::kByte)));
  write_bytes(folder / "photo.jpg", testing::encode_jpeg(at::full({3, 21, 17}, 99, at::kByte)));
  const DenoisedImages found = denoised_files({folder.path().string()});
  ASSERT_EQ(found.inputs.size(), 5U);
  for (size_t i = 0; i < 5; ++i) EXPECT_TRUE(found.denoised[i].isfinite().all().item<bool>()) << found.inputs[i].name;
  EXPECT_EQ(found.denoised[4].sizes(), at::IntArrayRef({1, 1, 7, 5000}));
}

TEST(PictureFiles, ABadOneIsNamedAndTheOthersAreDone) {
  const TempDir folder;
  const std::string good = testing::encode_png(at::arange(4096, at::kInt).view({1, 64, 64}).mul(37).to(at::kByte));
  write_bytes(folder / "a.png", good);
  write_bytes(folder / "half.png", good.substr(0, good.size() / 2));
  write_bytes(folder / "c.png", good);
  const std::string all = folder.path().string(), half = (folder / "half.png").string();
  std::vector<std::string> unreadable;
  const DenoisedImages found = denoised_files({all}, &unreadable);
  ASSERT_EQ(found.inputs.size(), 2U);
  EXPECT_EQ(found.inputs[1].name, "c");
  ASSERT_EQ(unreadable.size(), 1U);
  EXPECT_TRUE(unreadable[0].find("half.png': the PNG image cannot be decoded") != std::string::npos) << unreadable[0];
  expect_error([&] { denoised_files({all}); }, "half.png");
  expect_error([&] { denoised_files({half}, &unreadable); }, "half.png");  // nothing is left to do
}

}  // namespace
}  // namespace mdsm
