#include "mdsm/jobs/uncertainty.h"

#include <cmath>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"
#include "mdsm/evaluate/curvature/denoiser_jacobian.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"

namespace mdsm {
namespace {

/// Of the diagonal: its relative error is about 1 / sqrt(kProbes).
constexpr int64_t kProbes = 64;
constexpr int64_t kIterations = 12;
/// How far along a direction its pictures lie, in standard deviations.
constexpr double kShown = 2;

/// Of one image, (1, datum_shape...).
Uncertainty of_one(const TrainedEnergy& trained, const Tensor& noisy, double sigma, int64_t directions,
                   const RandomRows& rows) {
  const std::shared_ptr<Energy> energy = trained.energy_for(datum_shape_of(noisy));
  const DenoiserJacobian jacobian(*energy, noisy, trained.sigma0());
  const Tensor variance = jacobian_diagonal(jacobian, rows.with(Stream::bootstrap), kProbes) * (sigma * sigma);
  const Eigenpairs pairs = leading_eigenpairs(jacobian, rows, directions, kIterations);
  return {.deviation = variance.clamp_min(0).sqrt().to(at::kFloat),
          .error = sum_per_datum(variance),
          .spread = pairs.values.clamp_min(0).sqrt() * sigma,
          .directions = pairs.vectors.to(at::kFloat)};
}

std::string beside(const std::string& array, const char* what) {
  return fmt::format("{}-{}.npy", array.substr(0, array.size() - 4), what);
}

/// The pictures of image i.
/// \param steps  (N, K, datum_shape...), one deviation long
void write_pictures(const Uncertainty& found, const Tensor& steps, const DenoisedImages& images, size_t i,
                    const std::filesystem::path& folder, const PngTexts& texts) {
  const auto write = [&](const std::string& ending, const Tensor& picture, const char* name, double value) {
    PngTexts with = texts;
    with[name] = fmt::format("{:.6g}", value);
    write_png(folder / fmt::format("{}-{}.png", images.inputs[i].name, ending), to_uint8(picture), with);
  };
  const auto place = static_cast<int64_t>(i);
  const Tensor deviation = images.own_pixels(found.deviation.narrow(0, place, 1), i);
  const double largest = deviation.max().item<double>();
  write("deviation", deviation / std::max(largest, 1e-12), "white", largest);
  const Tensor denoised = images.own_pixels(images.denoised[i], i);
  for (int64_t k = 0; k < steps.size(1); ++k) {
    const Tensor step = kShown * images.own_pixels(steps.narrow(0, place, 1).select(1, k), i);
    const Tensor row = image_grid(at::stack({denoised - step, denoised, denoised + step}), 3);
    write(fmt::format("direction-{}", k + 1), row, "deviation", found.spread[place][k].item<double>());
  }
}

}  // namespace

Uncertainty uncertainty_of(const TrainedEnergy& trained, const DenoisedImages& images, int64_t directions,
                           uint64_t seed, const Watch& watch) {
  const RandomRows rows = RandomRows::seeds(std::vector<uint64_t>{seed}, Stream::measurement);
  const auto count = static_cast<int64_t>(images.noisy.size());
  for (const Tensor& noisy : images.noisy) {
    require(noisy.sizes() == images.noisy[0].sizes(),
            "uncertainty: images of several sizes ({} and {}). Denoise them apart.", to_text(images.noisy[0].sizes()),
            to_text(noisy.sizes()));
  }
  Tensors deviation, error, spread, vectors;
  for (int64_t i = 0; i < count; ++i) {
    Uncertainty one;
    each_alone(1, [&](int64_t) {
      const double sigma = images.figures[static_cast<size_t>(i)].sigma;
      one = of_one(trained, images.noisy[static_cast<size_t>(i)].clone(), sigma, directions, rows);
    });
    if (!std::isfinite(one.error.item<double>())) {
      fail("uncertainty: that of {} is not finite. Look at the training's loss.",
           images.inputs[static_cast<size_t>(i)].name);
    }
    deviation.push_back(one.deviation);
    error.push_back(one.error);
    spread.push_back(one.spread);
    vectors.push_back(one.directions);
    watch.update(i + 1, count, "uncertainty");
  }
  return {at::cat(deviation), at::cat(error), at::cat(spread), at::cat(vectors)};
}

void write_uncertainty(const Uncertainty& found, const DenoisedImages& images, const std::string& out,
                       const PngTexts& texts) {
  const Tensor each = found.directions.flatten(0, 1);
  const Tensor steps = (each * per_datum(found.spread.to(at::kFloat).flatten(), each)).view(found.directions.sizes());
  if (out.ends_with(".npy")) {
    write_npy(beside(out, "deviation"), found.deviation);
    write_npy(beside(out, "directions"), steps);
    return;
  }
  make_folders(out);
  for (size_t i = 0; i < images.inputs.size(); ++i) write_pictures(found, steps, images, i, out, texts);
}

void write_uncertainty(const TrainedEnergy& trained, const DenoisedImages& images, const DenoisingRequest& request,
                       const std::string& out, const PngTexts& texts, const Watch& watch) {
  require(!out.empty(), "uncertainty: it stands beside the denoised images. Say where with out.");
  write_uncertainty(uncertainty_of(trained, images, request.uncertainty, request.seed, watch), images, out, texts);
}

}  // namespace mdsm
