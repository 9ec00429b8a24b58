#include "mdsm/jobs/denoising.h"

#include <algorithm>
#include <limits>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"
#include "mdsm/base/rng.h"
#include "mdsm/data/subset.h"
#include "mdsm/evaluate/quality.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/parallel/job.h"
#include "mdsm/sample/jump.h"

namespace mdsm {
namespace {

constexpr int64_t kGridImages = 64;

Tensor framed(const std::vector<NamedImage>& inputs, const Shape& datum_shape) {
  require(!inputs.empty(), "denoising: there are no images.");
  Tensors parts;
  for (const NamedImage& input : inputs) {
    require(all_finite(input.pixels), "{}: it holds numbers that are not finite. Mend the data.", input.name);
    parts.push_back(in_frame(input.pixels, datum_shape));
  }
  return at::stack(parts);
}

/// \param done  images before this batch
void require_finite(const Denoised& batch, const std::vector<NamedImage>& inputs, int64_t done, double sigma_min) {
  std::vector<int64_t> bad = rows_not_finite(batch.first);
  const bool at_once = !bad.empty();
  if (!at_once) bad = rows_not_finite(batch.x);
  if (bad.empty()) return;
  fail(
      "denoising: {} is not finite after {} ({} of {} images in its batch; the energy's gradient is too large "
      "there). Look at the training's loss; the energy was trained on noise of {:g} and more.",
      inputs[static_cast<size_t>(done + bad.front())].name, at_once ? "the first step" : "the last step", bad.size(),
      batch.x.size(0), sigma_min);
}

DenoisingFigures figures_of(const DenoisedImages& images, size_t i) {
  const auto own = [&](const Tensor& batch) { return images.own_pixels(batch, i).unsqueeze(0); };
  const Tensor noisy = own(images.noisy);
  DenoisingFigures figures{implied_sigma(noisy, own(images.result.first)).item<double>(),
                           std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  const Tensor truth = images.inputs[i].pixels.unsqueeze(0);
  if (images.truth_known && truth.dim() == 4) {
    figures.psnr_noisy = psnr(noisy.clamp(0, 1), truth).item<double>();
    figures.psnr = psnr(own(images.result.x).clamp(0, 1), truth).item<double>();
  }
  return figures;
}

}  // namespace

Tensor DenoisedImages::own_pixels(const Tensor& batch, size_t i) const {
  return out_of_frame(batch.narrow(0, static_cast<int64_t>(i), 1), inputs[i].pixels.sizes().vec())[0];
}

DenoisedImages denoise_images(const TrainedEnergy& trained, std::vector<NamedImage> inputs,
                              const DenoisingRequest& request, const Watch& watch) {
  require(request.batch >= 1, "denoising: a batch of {} (expected at least 1).", request.batch);
  const Shape datum_shape = trained.energy->datum_shape();
  DenoisedImages images{std::move(inputs), request.add_noise > 0, {}, {}, {}};
  images.noisy = framed(images.inputs, datum_shape);
  const int64_t count = images.noisy.size(0);
  if (request.add_noise > 0) {
    const RandomRows rows = RandomRows::slots(request.seed, Stream::measurement, 0, count);
    images.noisy = images.noisy + request.add_noise * rows.normal(0, datum_shape);
  }
  images.result = {at::empty_like(images.noisy), at::empty({count}, images.noisy.options()),
                   at::empty_like(images.noisy)};
  const Rows own = job().rows(count);
  for (int64_t done = 0; done < own.count; done += request.batch) {
    watch.update(done, own.count, "denoised");
    const Rows batch{own.first + done, std::min(request.batch, own.count - done)};
    const auto part = [&](const Tensor& all) { return all.narrow(0, batch.first, batch.count); };
    const Denoised one = denoise(*trained.energy, part(images.noisy), trained.sigma0(), request.options);
    require_finite(one, images.inputs, batch.first, trained.experiment.noise.sigma_min);
    part(images.result.x).copy_(one.x);
    part(images.result.sigma).copy_(one.sigma);
    part(images.result.first).copy_(one.first);
  }
  for (const Tensor& all : {images.result.x, images.result.sigma, images.result.first}) job().fill_in(all, own);
  for (size_t i = 0; i < images.inputs.size(); ++i) images.figures.push_back(figures_of(images, i));
  return images;
}

void write_denoised(const DenoisedImages& images, const std::string& out, const PngTexts& texts) {
  if (out.ends_with(".npy")) {
    write_npy(out, images.result.x);
    return;
  }
  make_folders(out);
  const auto write = [&](size_t i, const std::string& ending, const Tensor& batch, const PngTexts& with) {
    write_png(std::filesystem::path(out) / (images.inputs[i].name + ending + ".png"),
              to_uint8(images.own_pixels(batch, i)), with);
  };
  for (size_t i = 0; i < images.inputs.size(); ++i) {
    PngTexts with_sigma = texts;
    with_sigma["sigma"] = fmt::format("{:.6g}", images.figures[i].sigma);
    write(i, "", images.result.x, with_sigma);
    if (images.truth_known) write(i, "-noisy", images.noisy, texts);
  }
}

void write_denoising_grid(const DenoisedImages& images, const std::string& grid, const PngTexts& texts) {
  Tensors cells;
  const std::vector<int64_t> shown = subset_of(images.noisy.size(0), kGridImages);
  const Shape datum_shape = datum_shape_of(images.noisy);
  for (const int64_t i : shown) {
    if (images.truth_known) cells.push_back(in_frame(images.inputs[static_cast<size_t>(i)].pixels, datum_shape));
    cells.push_back(images.noisy[i]);
    cells.push_back(images.result.x[i]);
  }
  const int64_t each = images.truth_known ? 3 : 2;
  const int64_t columns = each * std::max<int64_t>(1, square_columns(static_cast<int64_t>(shown.size())) / 2);
  write_png(grid, image_grid(to_uint8(at::stack(cells)), columns), texts);
}

}  // namespace mdsm
