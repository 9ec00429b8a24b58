#include "mdsm/jobs/restoration_files.h"

#include <algorithm>

#include "mdsm/data/subset.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

constexpr int64_t kGridRows = 16;
constexpr int64_t kGridSamples = 8;

}  // namespace

void write_restorations(const Restoration& restoration, const std::vector<std::string>& names, const std::string& out,
                        const PngTexts& texts) {
  if (out.ends_with(".npy")) {
    write_npy(out, restoration.samples.transpose(0, 1).contiguous());
    return;
  }
  make_folders(out);
  const int64_t count = restoration.samples.size(0);
  const auto write = [&](size_t image, const std::string& ending, const Tensor& pixels) {
    write_png(std::filesystem::path(out) / (names[image] + ending + ".png"), to_uint8(pixels), texts);
  };
  for (size_t i = 0; i < names.size(); ++i) {
    const Tensor of_image = restoration.samples.select(1, static_cast<int64_t>(i));
    for (int64_t k = 0; k < count; ++k) write(i, count == 1 ? "" : fmt::format("-{}", k), of_image[k]);
    if (count > 1) write(i, "-mean", of_image.mean(0));
  }
}

void write_restoration_grid(const Restoration& restoration, const std::string& grid, const PngTexts& texts) {
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
