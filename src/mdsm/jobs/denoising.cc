#include "mdsm/jobs/denoising.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/subset.h"
#include "mdsm/evaluate/quality.h"
#include "mdsm/evaluate/units.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/jobs/noise_level.h"
#include "mdsm/jobs/noise_map.h"
#include "mdsm/parallel/job.h"

namespace mdsm {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kGridImages = 64;
constexpr int64_t kBatchValues = int64_t{1} << 20;  // of images that are worked on at once, unless one has more

/// What the energy gets of each image, (1, ...).
Tensors framed(const std::vector<NamedImage>& inputs, const TrainedEnergy& trained) {
  require(!inputs.empty(), "denoising: there are no images.");
  const Shape datum_shape = trained.energy->datum_shape();
  Tensors parts;
  for (const NamedImage& input : inputs) {
    require(all_finite(input.pixels), "{}: it holds numbers that are not finite. Mend the data.", input.name);
    parts.push_back((trained.takes_any_size() ? input.pixels : in_frame(input.pixels, datum_shape)).unsqueeze(0));
  }
  return parts;
}

void require_finite(const Denoised& found, std::span<const NamedImage> inputs, double sigma_min) {
  std::vector<int64_t> bad = rows_not_finite(found.first);
  const bool at_once = !bad.empty();
  if (!at_once) bad = rows_not_finite(found.x);
  if (bad.empty()) return;
  fail(
      "denoising: {} is not finite after {} ({} of {} images in its batch; the energy's gradient is too large "
      "there). Look at the training's loss; the energy was trained on noise of {:g} and more.",
      inputs[static_cast<size_t>(bad.front())].name, at_once ? "the first step" : "the last step", bad.size(),
      found.x.size(0), sigma_min);
}

void require_request(const DenoisingRequest& request, const Shape& datum_shape) {
  require(request.batch >= 1, "denoising: a batch of {} (expected at least 1).", request.batch);
  require(!request.noise_map || datum_shape.size() == 3,
          "denoising: a noise map of data of shape {}, which are no images.", to_text(datum_shape));
  const bool photons = request.photons.gain > 0;
  require(photons || request.photons.read_noise == 0,
          "denoising: read_noise is what is added beside photons' noise. Give photon_gain too, or leave it out.");
  require(!photons || (request.add_noise == 0 && request.uncertainty == 0),
          "denoising: {} speaks of noise that is the same everywhere, photon_gain of other noise. Leave one out.",
          request.add_noise > 0 ? "add_noise" : "uncertainty");
}

/// What is found of images of one shape.
struct Batch {
  Tensor x;                    ///< denoised
  std::vector<double> levels;  ///< of noise, one an image
  Tensors maps;                ///< of it, if asked for
};

/// \param y  (B, ...) what the energy gets of the inputs
Batch denoised_batch(const TrainedEnergy& trained, const Tensor& y, std::span<const NamedImage> inputs,
                     const DenoisingRequest& request, const TileOptions& tiles) {
  const std::optional<EvenNoise> even =
      request.photons.gain > 0 ? std::optional<EvenNoise>(request.photons) : std::nullopt;
  const Tensor noisy = even ? even->forward(y) : y;
  const auto energy = trained.energy_for(datum_shape_of(noisy), tiles);
  const Denoised found = denoise(*energy, noisy, trained.sigma0(), request.options);
  require_finite(found, inputs, trained.experiment.noise.sigma_min);
  std::vector<Shape> shapes;
  for (const NamedImage& input : inputs) shapes.push_back(input.pixels.sizes().vec());
  Batch batch{at::lerp(y, even ? even->unbiased_inverse(found.x) : found.x, request.strength),
              noise_levels(trained, noisy, found.first, shapes),
              {}};
  const double unit = even ? even->even_sigma() : 1;
  for (double& level : batch.levels) level /= unit;
  for (size_t i = 0; request.noise_map && i < shapes.size(); ++i) {
    const auto row = [&](const Tensor& all) { return all.narrow(0, static_cast<int64_t>(i), 1); };
    batch.maps.push_back(noise_map(trained, row(noisy), row(found.first), shapes[i]) / unit);
  }
  return batch;
}

DenoisingFigures figures_of(const DenoisedImages& images, double sigma, size_t i) {
  const auto own = [&](const Tensor& one) { return images.own_pixels(one, i).unsqueeze(0); };
  DenoisingFigures figures{sigma, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  const Tensor truth = images.inputs[i].pixels.unsqueeze(0);
  if (images.truth_known && truth.dim() == 4) {
    figures.psnr_noisy = psnr(own(images.noisy[i]).clamp(0, 1), truth).item<double>();
    figures.psnr = psnr(own(images.denoised[i]).clamp(0, 1), truth).item<double>();
  }
  return figures;
}

void add_noise(Tensors& images, double sigma, uint64_t seed) {
  const RandomRows rows = RandomRows::slots(seed, Stream::measurement, 0, static_cast<int64_t>(images.size()));
  for (size_t i = 0; i < images.size(); ++i)
    images[i] = images[i] + sigma * rows.narrow(static_cast<int64_t>(i), 1).normal(0, datum_shape_of(images[i]));
}

/// \param beside  the image's file without its ending
void write_noise_map(const Tensor& map, const fs::path& beside, PngTexts texts) {
  const double largest = std::max(map.max().item<double>(), 1e-12);
  texts["white"] = fmt::format("{:.6g}", largest);
  write_png(beside.string() + "-noise.png", to_uint8(map.unsqueeze(0) / largest), texts);
  write_npy(beside.string() + "-noise.npy", map);
}

/// What `watch` hears while images done .. next - 1 of `count` are computed: of the tiles of all gradients.
Watch of_tiles(const Watch& watch, size_t done, size_t next, size_t count, int64_t gradients) {
  const auto at = [=](double part) {
    return (static_cast<double>(done) + part * static_cast<double>(next - done)) / static_cast<double>(count);
  };
  const auto before = std::make_shared<int64_t>(0);  // gradients
  const auto report = [=](double fraction, std::string_view text) {
    watch.update(at((static_cast<double>(*before) + fraction) / static_cast<double>(gradients)),
                 fmt::format("denoised {} of {}, {}", done, count, text));
    if (fraction >= 1) ++*before;
  };
  return Watch(report, [watch] { return watch.should_stop(); });
}

TileOptions tile_options(const TrainedEnergy& trained, const DenoisingRequest& request) {
  require(request.tile == 0 || trained.takes_any_size(),
          "denoising: tile is {}, but {} takes images of one size, which are not cut. Leave it out.", request.tile,
          trained.file.string());
  return request.tile == 0 ? TileOptions{} : TileOptions{.most_pixels = request.tile * request.tile};
}

void require_one_shape(const DenoisedImages& images, const std::string& file) {
  for (size_t i = 0; i < images.noisy.size(); ++i) {
    require(images.noisy[i].sizes() == images.noisy[0].sizes(),
            "{}: one file for images of several sizes ({} and {}). Name a folder, or denoise them apart.", file,
            images.inputs[0].name, images.inputs[i].name);
  }
}

/// The end of those images from `begin` on that make one batch: of one shape, at most `most`, below `end`; large ones alone.
size_t batch_end(const Tensors& images, size_t begin, size_t end, int64_t most) {
  size_t next = begin + 1;
  most = std::min(most, std::max<int64_t>(1, kBatchValues / std::max<int64_t>(1, images[begin].numel())));
  const size_t last = std::min(end, begin + static_cast<size_t>(most));
  while (next < last && images[next].sizes() == images[begin].sizes()) ++next;
  return next;
}

}  // namespace

Tensor DenoisedImages::own_pixels(const Tensor& one, size_t i) const {
  return out_of_frame(one, inputs[i].pixels.sizes().vec())[0];
}

std::string DenoisedImages::unit() const {
  const Shape shape = inputs.empty() ? Shape() : inputs[0].pixels.sizes().vec();
  return fmt::format("sigma a dimension, in {}{}",
                     evened ? "that which photon-gain and read-noise give (1: as they say)" : coordinate_unit(shape),
                     truth_known && has_pixels(shape) ? "; PSNR in dB, of peak 1 and pixels clamped to [0, 1]" : "");
}

DenoisedImages denoise_images(const TrainedEnergy& trained, std::vector<NamedImage> inputs,
                              const DenoisingRequest& request, const Watch& watch) {
  require_request(request, trained.energy->datum_shape());
  TileOptions tiles = tile_options(trained, request);
  DenoisedImages images{std::move(inputs), request.add_noise > 0, {}, {}, {}};
  images.noisy = framed(images.inputs, trained);
  if (request.add_noise > 0) add_noise(images.noisy, request.add_noise, request.seed);
  const size_t count = images.noisy.size();
  images.evened = request.photons.gain > 0;
  for (size_t i = 0; i < count; ++i) {
    const Shape& shape = images.inputs[i].pixels.sizes().vec();
    images.denoised.push_back(at::empty_like(images.noisy[i]));
    if (request.noise_map) images.noise_maps.push_back(at::empty(Shape(shape.begin() + 1, shape.end())));
  }
  const Tensor sigma = at::empty({static_cast<int64_t>(count)}, at::kDouble);
  const Rows own = job().rows(static_cast<int64_t>(count));
  const auto begin = static_cast<size_t>(own.first), end = static_cast<size_t>(own.first + own.count);
  for (size_t done = begin, next = 0; done < end; done = next) {
    watch.update(static_cast<int64_t>(done - begin), own.count, "denoised");
    next = batch_end(images.noisy, done, end, request.batch);
    const auto at = [&](const Tensors& all) { return all.begin() + static_cast<std::ptrdiff_t>(done); };
    const Tensor batch =
        at::cat(Tensors(at(images.noisy), at(images.noisy) + static_cast<std::ptrdiff_t>(next - done)));
    tiles.watch = of_tiles(watch, done - begin, next - begin, end - begin, request.options.steps);
    const Batch found =
        denoised_batch(trained, batch, std::span(images.inputs).subspan(done, next - done), request, tiles);
    for (size_t i = done; i < next; ++i) {
      images.denoised[i].copy_(found.x.narrow(0, static_cast<int64_t>(i - done), 1));
      if (request.noise_map) images.noise_maps[i].copy_(found.maps[i - done]);
    }
    sigma.narrow(0, static_cast<int64_t>(done), static_cast<int64_t>(next - done))
        .copy_(at::tensor(found.levels, at::kDouble));
  }
  job().fill_in(sigma, own);
  for (size_t i = 0; i < count; ++i) {
    const Rows here{0, i >= begin && i < end ? 1 : 0};
    job().fill_in(images.denoised[i], here);
    if (request.noise_map) job().fill_in(images.noise_maps[i].unsqueeze(0), here);
    images.figures.push_back(figures_of(images, sigma[static_cast<int64_t>(i)].item<double>(), i));
  }
  return images;
}

void write_denoised(const DenoisedImages& images, const std::string& out, const PngTexts& texts) {
  if (out.ends_with(".npy")) {
    require_one_shape(images, out);
    write_npy(out, at::cat(images.denoised));
    if (!images.noise_maps.empty())
      write_npy(out.substr(0, out.size() - 4) + "-noise.npy", at::stack(images.noise_maps));
    return;
  }
  make_folders(out);
  const auto write = [&](size_t i, const std::string& ending, const Tensor& one, const PngTexts& with) {
    write_picture(fs::path(out) / (images.inputs[i].name + ending + ".png"), images.own_pixels(one, i),
                  images.inputs[i].form, with);
  };
  for (size_t i = 0; i < images.inputs.size(); ++i) {
    PngTexts with_sigma = texts;
    with_sigma["sigma"] = fmt::format("{:.6g}", images.figures[i].sigma);
    write(i, "", images.denoised[i], with_sigma);
    if (images.truth_known) write(i, "-noisy", images.noisy[i], texts);
    if (!images.noise_maps.empty()) write_noise_map(images.noise_maps[i], fs::path(out) / images.inputs[i].name, texts);
  }
}

void write_denoising_grid(const DenoisedImages& images, const std::string& grid, const PngTexts& texts) {
  require_one_shape(images, grid);
  Tensors cells;
  const std::vector<int64_t> shown = subset_of(static_cast<int64_t>(images.noisy.size()), kGridImages);
  for (const int64_t at : shown) {
    const auto i = static_cast<size_t>(at);
    if (images.truth_known) cells.push_back(in_frame(images.inputs[i].pixels, datum_shape_of(images.noisy[i])));
    cells.push_back(images.noisy[i][0]);
    cells.push_back(images.denoised[i][0]);
  }
  const int64_t each = images.truth_known ? 3 : 2;
  const int64_t columns = each * std::max<int64_t>(1, square_columns(static_cast<int64_t>(shown.size())) / 2);
  write_png(grid, image_grid(to_uint8(at::stack(cells)), columns), texts);
}

}  // namespace mdsm
