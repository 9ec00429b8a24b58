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

/// Images of one size, and what is measured of them.
struct Part {
  int64_t first;  ///< images before these
  int64_t total;  ///< images of all parts
  Tensor truth;   ///< undefined where it is not known
  Measurement measurement;
};

/// What the energy can be given at once: of any size, about this many pixels.
constexpr int64_t kPixelsAtOnce = int64_t{1} << 22;

/// The image without the last rows and columns that the factor does not divide.
Tensor divided(const Tensor& images, int64_t factor) {
  const int64_t height = images.size(2) / factor * factor, width = images.size(3) / factor * factor;
  require(height >= 1 && width >= 1, "task superres: images of {} x {} by a factor of {}. Choose a smaller one.",
          images.size(2), images.size(3), factor);
  return images.narrow(2, 0, height).narrow(3, 0, width).contiguous();
}

void require_takes(const TrainedEnergy& trained, const Shape& image, const std::string& what, const char* more = "") {
  const Shape& shape = trained.energy->datum_shape();
  const bool any = trained.takes_any_size();
  const bool fits =
      shape.size() == 3 && image[0] == shape[0] && (any || (image[1] <= shape[1] && image[2] <= shape[2]));
  require(fits, "{}: images of {} (the energy takes {}).{}", what, to_text(image),
          any ? fmt::format("{} channels of any size", shape[0]) : to_text(shape), more);
}

/// What is measured of the images, or is there as measured.
Part part_of(const TrainedEnergy& trained, const RestorationRequest& request, const Tensor& given, int64_t first,
             int64_t total) {
  const DegradationOptions& how = request.degradation;
  const Shape given_shape = datum_shape_of(given);
  if (request.measured) {
    const Shape whole = measured_image_shape(how, given_shape);
    require_takes(trained, whole, "task " + how.task, " Measurements are read as they are.");
    const auto a = build_operator(how, whole, request.seed);
    return {first, total, {}, {a, given * a->where_measured(), request.sigma}};
  }
  const Tensor truth = how.task == "superres" ? divided(given, how.factor) : given;
  require_takes(trained, datum_shape_of(truth), "task " + how.task);
  require(2 * request.border < std::min(truth.size(2), truth.size(3)),
          "border {}: it leaves nothing of images of {} x {} to compare.", request.border, truth.size(2),
          truth.size(3));
  const auto a = build_operator(how, datum_shape_of(truth), request.seed);
  const RandomRows rows =
      RandomRows::slots(request.seed, Stream::measurement, static_cast<uint32_t>(first), truth.size(0));
  return {first, total, truth, measured(a, truth, request.sigma, rows.normal(0, a->range()))};
}

/// Whom a measurement is restored by: an energy of its own size, or one in whose frame it lies.
std::shared_ptr<const Energy> energy_of(const TrainedEnergy& trained, const Shape& image) {
  if (trained.takes_any_size()) return trained.energy_for(image);
  return trained.energy;
}

/// Restores measurements again and again, a batch at a time.
class Restorer {
 public:
  Restorer(const TrainedEnergy& trained, const RestorationRequest& request, const Part& part,
           const RestoreOptions& options, const Watch& watch)
      : energy_(energy_of(trained, part.measurement.a().domain())),
        sigma0_(trained.sigma0()),
        request_(request),
        before_(part.first),
        total_(part.total),
        measurement_(part.measurement),
        options_(options),
        watch_(watch),
        batch_(trained.takes_any_size()
                   ? std::clamp<int64_t>(kPixelsAtOnce / element_count(energy_->datum_shape()), 1, request.batch)
                   : request.batch),
        frame_(std::make_shared<const Framed>(measurement_.shared_a(), energy_->datum_shape())) {}

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
    for (int64_t first = own.first; first < end; first += batch_) {
      const int64_t size = std::min(batch_, end - first);
      const Measurement part(frame_, measurement_.y().narrow(0, first, size), measurement_.sigma());
      const Tensor start = frame_->pad(guess.narrow(0, first, size));
      const RandomRows rows = RandomRows::slots(request_.seed + static_cast<uint64_t>(k), Stream::chain_start,
                                                static_cast<uint32_t>(before_ + first), size);
      const Restored restored =
          restore({*energy_, sigma0_, part, start, rows, before_ + first}, options_, part_of_watch(k, first, size));
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
                       fmt::format("restoration {} of {} of images {}-{} of {}", k + 1, request_.samples,
                                   before_ + first + 1, before_ + first + size, total_));
  }

  std::shared_ptr<const Energy> energy_;
  double sigma0_;
  const RestorationRequest& request_;
  int64_t before_;
  int64_t total_;
  const Measurement& measurement_;
  const RestoreOptions& options_;
  const Watch& watch_;
  int64_t batch_;
  std::shared_ptr<const Framed> frame_;
  double gradients_ = 0;
};

void require_counts(const RestorationRequest& request) {
  require(request.samples >= 1 && request.batch >= 1, "restoration: {} samples in batches of {} (expected at least 1).",
          request.samples, request.batch);
}

void require_request(const TrainedEnergy& trained, const RestorationRequest& request) {
  const Shape datum_shape = trained.energy->datum_shape();
  require(datum_shape.size() == 3, "the energy takes vectors {}, and what is restored are images.",
          to_text(datum_shape));
  require(request.degradation.task != "denoise" || request.sigma > 0,
          "task denoise: how large is the noise? Give sigma, or use `mdsm denoise`, which finds it.");
  require_counts(request);
}

Restoration restored_part(const TrainedEnergy& trained, const RestorationRequest& request, const Part& part,
                          const Watch& watch) {
  const Measurement& measurement = part.measurement;
  Restoration restoration;
  restoration.options = solver_options(request, trained.experiment.noise);
  restoration.border = request.border;
  if (request.degradation.task == "inpaint") {
    restoration.missing = (measurement.a().where_measured().select(1, 0) == 0).sum().item<int64_t>();
  }
  restoration.baseline = resolved_baseline(request.baseline, measurement);
  restoration.truth = part.truth;
  restoration.shown = as_picture(measurement);
  restoration.pseudo_inverse = measurement.projected();
  restoration.classical = classical_restoration(restoration.baseline, measurement);
  Restorer restorer(trained, request, part, restoration.options, watch);
  restoration.samples = restorer.samples(restoration.classical);
  restoration.gradients = restorer.mean_gradients();
  return restoration;
}

/// \param given  the size of the images of each part, before anything was left out
std::vector<std::string> notes_of(const RestorationRequest& request, const std::vector<Part>& parts,
                                  const std::vector<Shape>& given) {
  std::vector<std::string> notes = degradation_notes(request.degradation);
  for (size_t i = 0; i < parts.size(); ++i) {
    const Shape& kept = parts[i].measurement.a().domain();
    if (!parts[i].truth.defined() || kept == given[i]) continue;
    std::string note = fmt::format(
        "superres: of images of {} x {} the last rows and columns are left out, so that {} divides them: {} x {}",
        given[i][1], given[i][2], request.degradation.factor, kept[1], kept[2]);
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
  }
  return notes;
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
  require_takes(trained, measurement.a().domain(), "restoration, a measurement");
  require_counts(request);
  RestorationRequest resolved = request;
  resolved.sigma = measurement.sigma();
  resolved.degradation.task = measurement.a().name() == "identity" ? "denoise" : "";
  const RestoreOptions options = solver_options(resolved, trained.experiment.noise);
  const Tensor guess = classical_restoration(resolved_baseline(request.baseline, measurement), measurement);
  return Restorer(trained, request, {0, measurement.count(), {}, measurement}, options, watch).samples(guess);
}

Restoration restore_images(const TrainedEnergy& trained, const Tensor& images, const RestorationRequest& request,
                           const Watch& watch) {
  require_request(trained, request);
  const Part part = part_of(trained, request, images, 0, images.size(0));
  Restoration one = restored_part(trained, request, part, watch);
  one.notes = notes_of(request, {part}, {datum_shape_of(images)});
  return one;
}

std::vector<Restoration> restore_images(const TrainedEnergy& trained, const std::vector<NamedImage>& images,
                                        const RestorationRequest& request, const Watch& watch) {
  require_request(trained, request);
  require(!images.empty(), "restoration: there are no images.");
  std::vector<Part> parts;
  std::vector<Shape> given;
  for (auto begin = images.begin(), end = begin; begin != images.end(); begin = end) {
    end = std::find_if(begin, images.end(),
                       [&](const NamedImage& at) { return at.pixels.sizes() != begin->pixels.sizes(); });
    given.push_back(begin->pixels.sizes().vec());
    parts.push_back(
        part_of(trained, request, stacked({begin, end}), begin - images.begin(), static_cast<int64_t>(images.size())));
  }
  std::vector<Restoration> all;
  const auto total = static_cast<double>(images.size());
  for (const Part& part : parts) {
    const auto before = static_cast<double>(part.first), count = static_cast<double>(part.measurement.count());
    all.push_back(restored_part(trained, request, part, watch.part(before / total, (before + count) / total)));
  }
  all.front().notes = notes_of(request, parts, given);
  return all;
}

}  // namespace mdsm
