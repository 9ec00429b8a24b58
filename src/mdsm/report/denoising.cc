// The energy as a blind denoiser: one jump x - sigma0^2 grad E(x) at several levels of noise.

#include "mdsm/sample/denoise.h"

#include <fmt/format.h>

#include <algorithm>

#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/noise_calibration.h"
#include "mdsm/evaluate/quality.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr int64_t kShownLevels = 5;
constexpr int64_t kMeasuredLevels = 12;
constexpr int64_t kMeasuredData = 100;
constexpr int64_t kImages = 8;

/// `count` levels over the range of the training; one where that is one level.
std::vector<double> levels_of(const ReportContext& context, int64_t count) {
  const NoiseOptions& noise = context.run().experiment().noise;
  return spread_levels(noise.sigma_min, noise.sigma_max, count);
}

std::string quality_text(const Tensor& images, const Tensor& truth) {
  const ImageQuality quality = image_quality(images, truth);
  return fmt::format("{:.1f} dB / {:.2f}", quality.psnr.mean().item<double>(), quality.ssim.mean().item<double>());
}

/// Clean, noisy and denoised, a row each.
void add_pictures(ReportContext& context, const std::shared_ptr<const Source>& data) {
  const auto some = context.chosen(data, kImages);
  const Tensor clean = some->read(index_range(0, some->size()));
  const RandomRows rows = RandomRows::slots(context.options.seed, Stream::measurement, 0, clean.size(0));
  block::Gallery gallery{
      .pictures = {},
      .caption = fmt::format("Rows: {}, with noise, after one jump, with PSNR / SSIM before and after. The energy is "
                             "not told how much noise there is.",
                             unseen_name(*data))};
  const std::vector<double> levels = levels_of(context, kShownLevels);
  for (size_t i = 0; i < levels.size(); ++i) {
    const Tensor noisy = clean + rows.normal(static_cast<uint32_t>(i), data->info().datum_shape) * levels[i];
    const Tensor denoised = denoise(context.energy(), noisy, context.run().trained.sigma0()).x;
    gallery.pictures.push_back(grid_picture(
        fmt::format("denoised-{}", i), at::cat({clean, noisy, denoised}), clean.size(0),
        fmt::format("rows of clean, noisy and denoised images at sigma {:.3g}", levels[i]),
        fmt::format("sigma = {:.3g}: {} to {}", levels[i], quality_text(noisy, clean), quality_text(denoised, clean)),
        460));
  }
  context.page.add(std::move(gallery));
}

block::Chart error_chart(const std::vector<NoiseLevelResult>& found) {
  block::Series error{.label = "error after the jump", .x = {}, .y = {}};
  block::Series implied{.label = "noise that the energy finds", .x = {}, .y = {}};
  block::Series noise{.label = "the noise itself", .x = {}, .y = {}, .dashed = true};
  for (const NoiseLevelResult& at : found) {
    error.x.push_back(at.sigma), error.y.push_back(at.error);
    implied.x.push_back(at.sigma), implied.y.push_back(at.implied);
    noise.x.push_back(at.sigma), noise.y.push_back(at.sigma);
  }
  return {.name = "denoising-error",
          .caption = "Root mean squares a dimension, in units of the data.",
          .x_label = "sigma",
          .y_label = "root mean square",
          .series = {std::move(error), std::move(implied), std::move(noise)},
          .log_x = true,
          .log_y = true};
}

void add_calibration(ReportContext& context, const std::shared_ptr<const Source>& data) {
  const auto some = context.chosen(data, kMeasuredData);
  const Calibration calibration{.sigmas = levels_of(context, kMeasuredLevels),
                                .sigma0 = context.run().trained.sigma0(),
                                .seed = context.options.seed};
  const std::vector<NoiseLevelResult> found =
      noise_calibration(context.energy(), *some, calibration, context.watch("denoising"));
  if (found.size() > 1) context.page.add(error_chart(found));
  block::Table table{.head = {"sigma", "error", "noise found", "its spread", "calibration"}, .rows = {}};
  for (const NoiseLevelResult& at : found) {
    table.rows.push_back({number_cell(at.sigma, 4), number_cell(at.error, 4), number_cell(at.implied, 4),
                          number_cell(at.implied_spread, 3), number_cell(at.calibration, 4)});
  }
  table.caption = fmt::format(
      "{} {} a level. Calibration is sqrt(error^2 + found^2) / sigma: 1 for the posterior mean, else the "
      "denoiser removes too much or too little.",
      some->size(), unseen_name(*data));
  context.page.add(std::move(table));
}

}  // namespace

void add_denoising(ReportContext& context) {
  if (!context.computes()) return;
  context.page.heading("Denoising");
  const auto data = context.unseen_data();
  if (!data) return;
  if (context.run().has_images()) add_pictures(context, data);
  add_calibration(context, data);
}

}  // namespace mdsm::report
