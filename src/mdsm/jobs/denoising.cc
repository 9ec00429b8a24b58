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
#include "mdsm/jobs/noise_level.h"
#include "mdsm/parallel/job.h"

namespace mdsm {
namespace {

constexpr int64_t kGridImages = 64;

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

/// \param done  images before this batch
void require_finite(const Denoised& batch, const std::vector<NamedImage>& inputs, size_t done, double sigma_min) {
  std::vector<int64_t> bad = rows_not_finite(batch.first);
  const bool at_once = !bad.empty();
  if (!at_once) bad = rows_not_finite(batch.x);
  if (bad.empty()) return;
  fail(
      "denoising: {} is not finite after {} ({} of {} images in its batch; the energy's gradient is too large "
      "there). Look at the training's loss; the energy was trained on noise of {:g} and more.",
      inputs[done + static_cast<size_t>(bad.front())].name, at_once ? "the first step" : "the last step", bad.size(),
      batch.x.size(0), sigma_min);
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

void require_one_shape(const DenoisedImages& images, const std::string& file) {
  for (size_t i = 0; i < images.noisy.size(); ++i) {
    require(images.noisy[i].sizes() == images.noisy[0].sizes(),
            "{}: one file for images of several sizes ({} and {}). Name a folder, or denoise them apart.", file,
            images.inputs[0].name, images.inputs[i].name);
  }
}

/// The end of those images from `begin` on that make one batch: of one shape, at most `most`, below `end`.
size_t batch_end(const Tensors& images, size_t begin, size_t end, int64_t most) {
  size_t next = begin + 1;
  const size_t last = std::min(end, begin + static_cast<size_t>(most));
  while (next < last && images[next].sizes() == images[begin].sizes()) ++next;
  return next;
}

}  // namespace

Tensor DenoisedImages::own_pixels(const Tensor& one, size_t i) const {
  return out_of_frame(one, inputs[i].pixels.sizes().vec())[0];
}

DenoisedImages denoise_images(const TrainedEnergy& trained, std::vector<NamedImage> inputs,
                              const DenoisingRequest& request, const Watch& watch) {
  require(request.batch >= 1, "denoising: a batch of {} (expected at least 1).", request.batch);
  DenoisedImages images{std::move(inputs), request.add_noise > 0, {}, {}, {}};
  images.noisy = framed(images.inputs, trained);
  if (request.add_noise > 0) add_noise(images.noisy, request.add_noise, request.seed);
  const size_t count = images.noisy.size();
  for (const Tensor& noisy : images.noisy) images.denoised.push_back(at::empty_like(noisy));
  const Tensor sigma = at::empty({static_cast<int64_t>(count)}, at::kDouble);
  const Rows own = job().rows(static_cast<int64_t>(count));
  const auto begin = static_cast<size_t>(own.first), end = static_cast<size_t>(own.first + own.count);
  for (size_t done = begin, next = 0; done < end; done = next) {
    watch.update(static_cast<int64_t>(done - begin), own.count, "denoised");
    next = batch_end(images.noisy, done, end, request.batch);
    const auto at = [&](const Tensors& all) { return all.begin() + static_cast<std::ptrdiff_t>(done); };
    const Tensor batch =
        at::cat(Tensors(at(images.noisy), at(images.noisy) + static_cast<std::ptrdiff_t>(next - done)));
    const Denoised found =
        denoise(*trained.energy_for(datum_shape_of(batch)), batch, trained.sigma0(), request.options);
    require_finite(found, images.inputs, done, trained.experiment.noise.sigma_min);
    const Tensor kept = at::lerp(batch, found.x, request.strength);
    std::vector<Shape> shapes;
    for (size_t i = done; i < next; ++i) {
      images.denoised[i].copy_(kept.narrow(0, static_cast<int64_t>(i - done), 1));
      shapes.push_back(images.inputs[i].pixels.sizes().vec());
    }
    const auto first = static_cast<int64_t>(done), many = static_cast<int64_t>(next - done);
    const std::vector<double> levels = noise_levels(trained, batch, found.first, shapes);
    sigma.narrow(0, first, many).copy_(at::tensor(levels, at::kDouble));
  }
  job().fill_in(sigma, own);
  for (size_t i = 0; i < count; ++i) {
    job().fill_in(images.denoised[i], {0, i >= begin && i < end ? 1 : 0});
    images.figures.push_back(figures_of(images, sigma[static_cast<int64_t>(i)].item<double>(), i));
  }
  return images;
}

void write_denoised(const DenoisedImages& images, const std::string& out, const PngTexts& texts) {
  if (out.ends_with(".npy")) {
    require_one_shape(images, out);
    write_npy(out, at::cat(images.denoised));
    return;
  }
  make_folders(out);
  const auto write = [&](size_t i, const std::string& ending, const Tensor& one, const PngTexts& with) {
    write_png(std::filesystem::path(out) / (images.inputs[i].name + ending + ".png"),
              to_uint8(images.own_pixels(one, i)), with);
  };
  for (size_t i = 0; i < images.inputs.size(); ++i) {
    PngTexts with_sigma = texts;
    with_sigma["sigma"] = fmt::format("{:.6g}", images.figures[i].sigma);
    write(i, "", images.denoised[i], with_sigma);
    if (images.truth_known) write(i, "-noisy", images.noisy[i], texts);
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
