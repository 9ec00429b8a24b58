#include "mdsm/cli/pictures.h"

#include <fmt/format.h>

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/formats/apng.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

PngTexts texts_of(const PictureLabel& label, const std::string& seeds) {
  return {
      {"run", label.run}, {"sampler", label.sampler}, {"gradients", std::to_string(label.gradients)}, {"seed", seeds}};
}

std::string seed_range(std::span<const uint64_t> seeds) {
  bool consecutive = true;
  for (size_t i = 1; i < seeds.size(); ++i) consecutive = consecutive && seeds[i] == seeds[i - 1] + 1;
  if (seeds.size() > 1 && consecutive) return fmt::format("{}-{}", seeds.front(), seeds.back());
  return fmt::format("{}", fmt::join(seeds.begin(), seeds.end(), ","));
}

/// Up to a thousand files lie in the folder itself, more in sub-folders of a thousand.
fs::path picture_path(const fs::path& folder, int64_t index, int64_t count) {
  return count > 1000 ? numbered_path(folder, index) : folder / fmt::format("{:06}.png", index);
}

void require_writable_parent(const std::string& file) {
  const fs::path parent = fs::path(file).parent_path();
  require(parent.empty() || fs::is_directory(parent), "{}: the folder {} does not exist. Make it first.", file,
          parent.string());
}

bool is_picture(const Shape& datum_shape) {
  return datum_shape.size() == 3 && (datum_shape[0] == 1 || datum_shape[0] == 3);
}

}  // namespace

void require_output(const std::string& out, const std::string& grid, const Shape& datum_shape) {
  const bool array = out.ends_with(".npy");
  require(is_picture(datum_shape) || (grid.empty() && (array || out.empty())),
          "data of shape {} cannot be drawn as pictures. Write an array with --out X.npy.", to_text(datum_shape));
  require(grid.empty() || grid.ends_with(".png"), "--grid {}: the picture is a PNG file. Name it so.", grid);
  if (!grid.empty()) require_writable_parent(grid);
  if (array) require_writable_parent(out);
  require(array || out.empty() || !fs::is_regular_file(out),
          "--out {}: this is a file. Name a folder, or an array X.npy.", out);
}

void require_animation(const std::string& animate, const Shape& datum_shape) {
  if (animate.empty()) return;
  require(is_picture(datum_shape), "data of shape {} cannot be drawn as pictures. Leave --animate out.",
          to_text(datum_shape));
  require(animate.ends_with(".png") || animate.ends_with(".apng"),
          "--animate {}: the animation is an animated PNG file. Name it X.png or X.apng.", animate);
  require_writable_parent(animate);
}

void write_animation(const FrameRecorder& frames, std::span<const uint64_t> seeds, const std::string& animate,
                     const PictureLabel& label) {
  const Tensor grids = animate.empty() ? Tensor() : frames.grids();
  if (!grids.defined()) return;
  write_apng(animate, grids, texts_of(label, seed_range(seeds)));
  fmt::print("{}\n", animate);
}

void write_pictures(const Tensor& samples, std::span<const uint64_t> seeds, const std::string& out,
                    const std::string& grid, const PictureLabel& label) {
  const int64_t count = samples.size(0);
  if (out.ends_with(".npy")) {
    write_npy(out, samples);
    fmt::print("{}\n", out);
  } else if (!out.empty()) {
    const Tensor pixels = to_uint8(samples);
    for (int64_t i = 0; i < count; ++i) {
      const fs::path path = picture_path(out, i, count);
      make_folders(path.parent_path());
      write_png(path, pixels[i], texts_of(label, std::to_string(seeds[static_cast<size_t>(i)])));
    }
    fmt::print("{}\n", out);
  }
  if (grid.empty()) return;
  write_png(grid, image_grid(to_uint8(samples), square_columns(count)), texts_of(label, seed_range(seeds)));
  fmt::print("{}\n", grid);
}

}  // namespace mdsm::cli
