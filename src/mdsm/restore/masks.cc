#include "mdsm/restore/masks.h"

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/formats/image_file.h"

namespace mdsm {

Tensor half_mask(ImageSide missing, int64_t height, int64_t width) {
  require(height >= 1 && width >= 2, "mask of one half: images of {} x {} have no halves.", height, width);
  Tensor mask = at::ones({1, height, width}, at::kFloat);
  const int64_t middle = width / 2;
  if (missing == ImageSide::right) mask.narrow(2, middle, width - middle).zero_();
  else mask.narrow(2, 0, middle).zero_();
  return mask;
}

Tensor box_mask(double fraction, int64_t height, int64_t width) {
  require(fraction > 0 && fraction < 1,
          "mask with a box: the fraction is {} (expected more than 0 and less than 1: the side of the box that is "
          "missing over the image's).",
          fraction);
  const auto side = [&](int64_t length) {
    return std::max<int64_t>(1, std::llround(fraction * static_cast<double>(length)));
  };
  const int64_t h = side(height);
  const int64_t w = side(width);
  require(h < height || w < width, "mask with a box: the fraction {} leaves nothing of {} x {} pixels.", fraction,
          height, width);
  Tensor mask = at::ones({1, height, width}, at::kFloat);
  mask.narrow(1, (height - h) / 2, h).narrow(2, (width - w) / 2, w).zero_();
  return mask;
}

Tensor random_mask(double fraction, uint64_t seed, int64_t height, int64_t width) {
  require(fraction > 0 && fraction <= 1, "random mask: a fraction of {} (expected more than 0 and at most 1).",
          fraction);
  const int64_t pixels = height * width;
  const auto count = std::max<int64_t>(1, std::llround(fraction * static_cast<double>(pixels)));
  std::vector<int64_t> order = permutation({.seed = seed, .stream = Stream::measurement, .step = 1}, pixels);
  order.resize(static_cast<size_t>(count));
  return at::zeros({pixels}, at::kFloat).index_fill_(0, at::tensor(order, at::kLong), 1).view({1, height, width});
}

Tensor image_mask(const Tensor& image) {
  require(image.dim() == 3 && image.scalar_type() == at::kByte, "mask from an image: expected (C, H, W) uint8, got {}.",
          to_text(image.sizes()));
  return (image.to(at::kFloat).mean(0, /*keepdim=*/true) >= 128).to(at::kFloat);
}

MaskFile read_mask(const std::filesystem::path& path) {
  const Picture picture = read_picture(path, /*background=*/0);
  MaskFile file{.mask = image_mask(picture.pixels), .notes = {}};
  const int64_t pixels = file.mask.numel();
  const int64_t missing = (file.mask == 0).sum().item<int64_t>();
  require(missing < pixels,
          "mask {}: all {} pixels are missing (black{}), so nothing is measured. White marks what was measured: is it "
          "inverted?",
          path.string(), pixels, picture.transparent ? " or transparent" : "");
  file.notes.push_back(fmt::format("mask {}: {} of {} pixels are missing{}", path.string(), missing, pixels,
                                   missing == 0 ? " (it is white everywhere): nothing is to be restored" : ""));
  const Tensor grey = picture.pixels.to(at::kFloat).mean(0);
  const int64_t between = ((grey > 0) & (grey < 255)).sum().item<int64_t>();
  if (between > 0) {
    file.notes.push_back(
        fmt::format("mask {}: {} pixels are neither black nor white; from 128 of 255 on they count as measured",
                    path.string(), between));
  }
  if (picture.transparent) {
    file.notes.push_back(fmt::format("mask {}: it has transparent pixels, which count as missing", path.string()));
  }
  return file;
}

}  // namespace mdsm
