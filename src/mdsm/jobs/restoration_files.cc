#include "mdsm/jobs/restoration_files.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/data/subset.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

constexpr int64_t kGridRows = 16;
constexpr int64_t kGridSamples = 8;

/// The one part of what goes into one file.
const Restoration& only_part(std::span<const Restoration> parts, const std::string& file) {
  require(parts.size() == 1, "{}: one file for images of several sizes. Name a folder, or restore them apart.", file);
  return parts.front();
}

}  // namespace

void require_one_size(const std::vector<NamedImage>& images, const std::string& out, const std::string& grid) {
  const std::string& file = out.ends_with(".npy") ? out : grid;
  if (file.empty()) return;
  for (const NamedImage& image : images) {
    require(image.pixels.sizes() == images.front().pixels.sizes(),
            "{}: one file for images of several sizes ({} is {}, {} is {}). Name a folder, or restore them apart.",
            file, images.front().name, to_text(images.front().pixels.sizes()), image.name,
            to_text(image.pixels.sizes()));
  }
}

void write_restorations(std::span<const Restoration> parts, const std::vector<std::string>& names,
                        const std::string& out, const PngTexts& texts) {
  if (out.ends_with(".npy")) {
    write_npy(out, only_part(parts, out).samples.transpose(0, 1).contiguous());
    return;
  }
  make_folders(out);
  size_t image = 0;
  const auto write = [&](const std::string& ending, const Tensor& pixels) {
    write_png(std::filesystem::path(out) / (names[image] + ending + ".png"), to_uint8(pixels), texts);
  };
  for (const Restoration& part : parts) {
    const int64_t count = part.samples.size(0);
    for (int64_t i = 0; i < part.samples.size(1); ++i, ++image) {
      const Tensor of_image = part.samples.select(1, i);
      for (int64_t k = 0; k < count; ++k) write(count == 1 ? "" : fmt::format("-{}", k), of_image[k]);
      if (count > 1) write("-mean", of_image.mean(0));
    }
  }
}

void write_restoration_grid(std::span<const Restoration> parts, const std::string& grid, const PngTexts& texts) {
  const Restoration& restoration = only_part(parts, grid);
  const int64_t count = restoration.samples.size(0);
  Tensors cells;
  size_t columns = 0;
  for (const int64_t i : subset_of(restoration.samples.size(1), kGridRows)) {
    const Tensor samples = restoration.samples.select(1, i);
    if (restoration.truth.defined()) cells.push_back(restoration.truth[i]);
    cells.push_back(restoration.shown[i]);
    cells.push_back(restoration.classical[i]);
    for (int64_t k = 0; k < std::min(kGridSamples, count); ++k) cells.push_back(samples[k]);
    if (count > 1) {
      cells.push_back(samples.mean(0));
      cells.push_back(samples.std(0, /*unbiased=*/true) * 2);
    }
    if (columns == 0) columns = cells.size();
  }
  write_png(grid, image_grid(to_uint8(at::stack(cells)), static_cast<int64_t>(columns)), texts);
}

}  // namespace mdsm
