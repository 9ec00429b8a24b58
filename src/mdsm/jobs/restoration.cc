#include "mdsm/jobs/restoration.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/rng.h"
#include "mdsm/parallel/job.h"
#include "mdsm/parallel/share.h"
#include "mdsm/restore/framed.h"

namespace mdsm {
namespace {

/// What is measured of the images, or is there as measured.
Measurement measurement_of(const RestorationRequest& request, const Tensor& images, const Shape& datum_shape) {
  const Shape shape = datum_shape_of(images);
  const Shape whole = request.measured ? measured_image_shape(request.degradation, shape) : shape;
  require(whole[0] == datum_shape[0] && whole[1] <= datum_shape[1] && whole[2] <= datum_shape[2],
          "task {}: images of {} (the energy takes {}).{}", request.degradation.task, to_text(whole),
          to_text(datum_shape), request.measured ? " Measurements are read as they are." : "");
  const auto a = build_operator(request.degradation, whole, request.seed);
  if (request.measured) return {a, images * a->where_measured(), request.sigma};
  const RandomRows rows = RandomRows::slots(request.seed, Stream::measurement, 0, images.size(0));
  return measured(a, images, request.sigma, rows.normal(0, a->range()));
}

/// Restores measurements again and again, a batch at a time.
class Restorer {
 public:
  Restorer(const TrainedEnergy& trained, const RestorationRequest& request, const Measurement& measurement,
           const RestoreOptions& options, const Watch& watch)
      : trained_(trained),
        request_(request),
        measurement_(measurement),
        options_(options),
        watch_(watch),
        frame_(std::make_shared<const Framed>(measurement.shared_a(), trained.energy->datum_shape())) {}

  /// (K, N, C, h, w)
  Tensor samples(const Tensor& guess) {
    Tensors samples;
    for (int64_t k = 0; k < request_.samples; ++k) samples.push_back(sample(k, guess));
    return at::stack(samples);
  }
  double mean_gradients() const { return gradients_ / static_cast<double>(measurement_.count() * request_.samples); }

 private:
  /// The kth restoration of every image.
  Tensor sample(int64_t k, const Tensor& guess) {
    const Tensor spent = at::zeros({measurement_.count()}, at::kLong);
    const Tensor restored =
        rows_of_all(job(), measurement_.count(), [&](const Rows& own) { return images(k, guess, own, spent); });
    job().fill_in(spent, job().rows(measurement_.count()));
    gradients_ += spent.sum().to(at::kDouble).item<double>();
    return restored;
  }

  /// The same of some images; says in `spent` what each has cost.
  Tensor images(int64_t k, const Tensor& guess, const Rows& own, const Tensor& spent) {
    Tensors parts;
    const int64_t end = own.first + own.count;
    for (int64_t first = own.first; first < end; first += request_.batch) {
      const int64_t size = std::min(request_.batch, end - first);
      const Measurement part(frame_, measurement_.y().narrow(0, first, size), measurement_.sigma());
      const Tensor start = frame_->pad(guess.narrow(0, first, size));
      const RandomRows rows = RandomRows::slots(request_.seed + static_cast<uint64_t>(k), Stream::chain_start,
                                                static_cast<uint32_t>(first), size);
      const Restored restored = restore({*trained_.energy, trained_.sigma0(), part, start, rows, first}, options_,
                                        part_of_watch(k, first, size));
      parts.push_back(frame_->crop(restored.x));
      spent.narrow(0, first, size).copy_(restored.gradients);
    }
    return at::cat(parts);
  }

  Watch part_of_watch(int64_t k, int64_t first, int64_t size) const {
    const int64_t count = measurement_.count();
    const auto whole = static_cast<double>(count * request_.samples);
    const auto place = [&](int64_t images) { return static_cast<double>(k * count + images) / whole; };
    return watch_.part(place(first), place(first + size),
                       fmt::format("restoration {} of {} of images {}-{} of {}", k + 1, request_.samples, first + 1,
                                   first + size, count));
  }

  const TrainedEnergy& trained_;
  const RestorationRequest& request_;
  const Measurement& measurement_;
  const RestoreOptions& options_;
  const Watch& watch_;
  std::shared_ptr<const Framed> frame_;
  double gradients_ = 0;
};

void require_counts(const RestorationRequest& request) {
  require(request.samples >= 1 && request.batch >= 1, "restoration: {} samples in batches of {} (expected at least 1).",
          request.samples, request.batch);
}

ImageQuality mean_over_samples(const Tensor& samples, const Tensor& truth) {
  Tensors p;
  Tensors s;
  for (int64_t k = 0; k < samples.size(0); ++k) {
    const ImageQuality one = image_quality(samples[k], truth);
    p.push_back(one.psnr);
    s.push_back(one.ssim);
  }
  return {at::stack(p).mean(0), at::stack(s).mean(0)};
}

}  // namespace

RestoreOptions solver_options(const RestorationRequest& request, const NoiseOptions& noise) {
  RestoreOptions options;
  options.sigma_max = noise.sigma_max;
  options.sigma_min = noise.sigma_min;
  if (request.degradation.task == "denoise") {  // start at y itself: there is no more noise than was measured
    options.sigma_max = request.sigma;
    options.sigma_min = std::min(noise.sigma_min, request.sigma);
  }
  OptionList list;
  list.add_table("restore", options);
  for (const std::string& assignment : request.solver.set) set_from_text(assignment, list);
  assign(request.solver.options, list);
  list.check("restore");
  return options;
}

Tensor restore_measurement(const TrainedEnergy& trained, const Measurement& measurement,
                           const RestorationRequest& request, const Watch& watch) {
  const Shape shape = trained.energy->datum_shape();
  const Shape& own = measurement.a().domain();
  require(shape.size() == 3 && own[0] == shape[0] && own[1] <= shape[1] && own[2] <= shape[2],
          "restoration: a measurement of images of {} (the energy takes {}).", to_text(own), to_text(shape));
  require_counts(request);
  RestorationRequest resolved = request;
  resolved.sigma = measurement.sigma();
  resolved.degradation.task = measurement.a().name() == "identity" ? "denoise" : "";
  const RestoreOptions options = solver_options(resolved, trained.experiment.noise);
  const Tensor guess = classical_restoration(resolved_baseline(request.baseline, measurement), measurement);
  return Restorer(trained, request, measurement, options, watch).samples(guess);
}

Restoration restore_images(const TrainedEnergy& trained, const Tensor& images, const RestorationRequest& request,
                           const Watch& watch) {
  const Shape datum_shape = trained.energy->datum_shape();
  require(datum_shape.size() == 3, "the energy takes vectors {}, and what is restored are images.",
          to_text(datum_shape));
  require(request.degradation.task != "denoise" || request.sigma > 0,
          "task denoise: how large is the noise? Give sigma, or use `mdsm denoise`, which finds it.");
  require_counts(request);
  Restoration restoration;
  restoration.options = solver_options(request, trained.experiment.noise);
  const Measurement measurement = measurement_of(request, images, datum_shape);
  restoration.notes = degradation_notes(request.degradation);
  if (request.degradation.task == "inpaint") {
    restoration.missing = (measurement.a().where_measured().select(1, 0) == 0).sum().item<int64_t>();
  }
  restoration.baseline = resolved_baseline(request.baseline, measurement);
  if (!request.measured) restoration.truth = images;
  restoration.shown = as_picture(measurement);
  restoration.pseudo_inverse = measurement.projected();
  restoration.classical = classical_restoration(restoration.baseline, measurement);
  Restorer restorer(trained, request, measurement, restoration.options, watch);
  restoration.samples = restorer.samples(restoration.classical);
  restoration.gradients = restorer.mean_gradients();
  return restoration;
}

std::vector<std::string> restoration_notes(const Restoration& restoration, double sigma) {
  const int64_t count = restoration.samples.size(0);
  const std::string draw =
      "one restoration is a draw of what the measurement leaves open: its mean square error is about twice that of the "
      "mean of many";
  if (!restoration.truth.defined()) {
    if (sigma == 0 || count > 1) return {};
    return {draw + ". For the least error take the mean of several (samples)."};
  }
  const auto psnr = [](const RestorationQuality& row) { return row.quality.psnr.mean().item<double>(); };
  const std::vector<RestorationQuality> rows = restoration_quality(restoration);
  const RestorationQuality& classical = rows.back();
  const RestorationQuality& inverse = rows[rows.size() - 2];
  const bool inverse_wins = psnr(inverse) > psnr(classical);
  const double best = psnr(inverse_wins ? inverse : classical);
  const std::string name = inverse_wins ? "the pseudo-inverse" : restoration.baseline;
  std::vector<std::string> notes;
  if (psnr(rows.front()) < best) {
    notes.push_back(fmt::format("{} is {:.2f} dB nearer to these images than one restoration ({}).{}", name,
                                best - psnr(rows.front()), draw,
                                count > 1 ? "" : " For the least error take the mean of several (samples)."));
  }
  if (count > 1 && psnr(rows[1]) < best) {
    notes.push_back(
        fmt::format("{} is {:.2f} dB nearer to these images than the mean of {} restorations: here it is "
                    "the better one, by PSNR.",
                    name, best - psnr(rows[1]), count));
  }
  return notes;
}

std::vector<RestorationQuality> restoration_quality(const Restoration& restoration) {
  const Tensor& truth = restoration.truth;
  require(truth.defined(), "restoration: the truth is not known (the images were measurements). There is no quality.");
  std::vector<RestorationQuality> rows{{"ours", mean_over_samples(restoration.samples, truth)}};
  if (restoration.samples.size(0) > 1) rows.push_back({"ours_mean", image_quality(restoration.samples.mean(0), truth)});
  rows.push_back({"pseudo_inverse", image_quality(restoration.pseudo_inverse, truth)});
  rows.push_back({"classical", image_quality(restoration.classical, truth)});
  return rows;
}

}  // namespace mdsm
