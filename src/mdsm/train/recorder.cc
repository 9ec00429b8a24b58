#include "mdsm/train/recorder.h"

#include <ATen/Parallel.h>

#include "mdsm/base/utc.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/png.h"
#include "mdsm/system/machine.h"

namespace mdsm {
namespace {

/// "PREFIX" and "PREFIX_band0" ...: the mean, and that of each noise band, smallest noise first.
void append_losses(Metrics& entries, const std::string& name, const NoiseBands& bands, const Tensor& sigma,
                   const Tensor& losses) {
  entries.emplace_back(name, losses.to(at::kDouble).mean().item<double>());
  const std::vector<double> means = bands.means(sigma, losses);
  for (size_t i = 0; i < means.size(); ++i) entries.emplace_back(band_name(name, static_cast<int64_t>(i)), means[i]);
}

/// The numbers of a line but its step, under "group/name".
std::vector<TaggedScalar> tagged(const Metrics& entries, const std::string& group) {
  std::vector<TaggedScalar> scalars;
  for (const auto& [name, value] : entries) {
    if (const auto* number = std::get_if<double>(&value)) scalars.emplace_back(fmt::format("{}/{}", group, name), *number);
  }
  return scalars;
}

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Recorder::Recorder(const RunDirectory& directory, const Experiment& experiment, int64_t step)
    : directory_(directory),
      options_(experiment.train),
      bands_(experiment.noise.sigma_min, experiment.noise.sigma_max, kLossBands) {
  open_files(step);
}

void Recorder::open_files(int64_t step) {
  metrics_ = std::make_unique<MetricsWriter>(directory_.metrics_file(), step);
  events_ = std::make_unique<EventWriter>(directory_.path(), step + 1);
  losses_.clear();
  sigmas_.clear();
  norm_sum_ = 0;
  waited_ = 0;
}

void Recorder::record_start(int64_t step, Precision precision) {
  metrics_->write_start(TrainingStart{.time = utc_now(),
                                      .from_step = step,
                                      .processor = this_processor().name,
                                      .processors = processor_count(),
                                      .threads = at::get_num_threads(),
                                      .precision = precision_name(precision),
                                      .mdsm_version = MDSM_VERSION});
}

void Recorder::on_step(const StepReport& report) {
  losses_.push_back(report.losses);
  sigmas_.push_back(report.sigma);
  norm_sum_ += report.gradient_norm;
  waited_ += report.waited;
  if (report.step % options_.log_every == 0 || report.fraction >= 1) write_line(report);
}

void Recorder::write_line(const StepReport& report) {
  const auto updates = static_cast<double>(losses_.size());
  const Clock::time_point now = Clock::now();
  const double elapsed = seconds_between(last_line_, now);
  images_per_second_ = updates * static_cast<double>(options_.batch) / std::max(elapsed, 1e-9);
  last_line_ = now;
  Metrics entries{{"step", report.step}, {"images", report.step * options_.batch}};
  append_losses(entries, "loss", bands_, at::cat(sigmas_), at::cat(losses_));
  entries.emplace_back("gradient_norm", norm_sum_ / updates);
  entries.emplace_back("learning_rate", report.learning_rate);
  entries.emplace_back("images_per_s", images_per_second_);
  if (waited_ > 0) entries.emplace_back("waiting", waited_share_ = waited_ / std::max(elapsed, 1e-9));
  entries.emplace_back("seconds", seconds_between(begin_, now));
  entries.emplace_back("precision", precision_name(report.precision));
  metrics_->write(entries);
  events_->add_scalars(tagged(entries, "train"), report.step);
  losses_.clear();
  sigmas_.clear();
  norm_sum_ = 0;
  waited_ = 0;
}

void Recorder::on_held_out(int64_t step, const HeldOutResult& result) {
  held_out_loss_ = result.loss;
  Metrics entries{{"step", step}};
  append_losses(entries, "held_out_loss", bands_, result.sigma, result.losses);
  metrics_->write(entries);
  events_->add_scalars(tagged(entries, "held_out"), step);
}

void Recorder::on_samples(int64_t step, const Tensor& samples) {
  const bool picture = samples.dim() == 4 && (samples.size(1) == 1 || samples.size(1) == 3);
  if (!picture) {
    write_npy(directory_.sample_file(step).replace_extension(".npy"), samples);
    return;
  }
  const Tensor grid = image_grid(to_uint8(samples), square_columns(samples.size(0)));
  write_png(directory_.sample_file(step), grid, {{"run", directory_.path().string()}, {"step", std::to_string(step)}});
  events_->add_image("samples", grid, step);
}

void Recorder::on_rollback(int64_t step) { open_files(step); }

}  // namespace mdsm
