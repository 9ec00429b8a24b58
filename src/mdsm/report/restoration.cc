// Images restored from a measurement, against the classical restoration that knows no data.

#include <fmt/format.h>

#include "mdsm/base/error.h"
#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/quality.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"
#include "mdsm/restore/classical.h"
#include "mdsm/restore/degradation.h"
#include "mdsm/restore/framed.h"
#include "mdsm/restore/solver.h"

namespace mdsm {
namespace {

constexpr int64_t kImages = 8;
constexpr int64_t kFactor = 4;

/// What is undone.
struct Task {
  std::string name;  ///< of its picture
  std::string title;
  DegradationOptions degradation;
};

std::vector<Task> tasks() {
  return {{"inpainting", "In-painting: the right half", {.task = "inpaint", .mask = "right-half"}},
          {"superres", fmt::format("Super-resolution: {} times", kFactor), {.task = "superres", .factor = kFactor}}};
}

/// The first images that training never saw, without the border that the run's data got: that is the solver's (Framed).
Tensor true_images(const ReportRun& run) {
  Experiment experiment = run.experiment();
  experiment.data.pad_to = 0;
  const auto source = load_unseen_data(experiment);
  return source->read(index_range(0, std::min(kImages, source->size())));
}

/// Restores by the fast solver, as `mdsm restore` does.
Restored restored_by(const ReportContext& context, const Measurement& inner, const Tensor& guess,
                     const std::string& what) {
  const auto frame = std::make_shared<const Framed>(inner.shared_a(), context.energy().datum_shape());
  const Measurement framed(frame, inner.y(), inner.sigma());
  RestoreOptions options;
  options.sigma_max = context.run().experiment().noise.sigma_max;
  options.sigma_min = context.run().experiment().noise.sigma_min;
  const RandomRows rows = RandomRows::slots(context.options.seed, Stream::chain_start, 0, inner.count());
  const auto progress = [&](int64_t done, int64_t most) {
    context.progress(what, static_cast<double>(done) / static_cast<double>(most));
  };
  const Tensor start = frame->pad(guess);
  Restored restored =
      restore({context.energy(), context.run().trained.sigma0(), framed, start, rows, progress}, options);
  restored.x = frame->crop(restored.x);
  return restored;
}

std::vector<std::string> quality_row(const std::string& name, const Tensor& restored, const Tensor& truth) {
  const ImageQuality quality = image_quality(restored, truth);
  return {name, number_cell(quality.psnr.mean().item<double>(), 4), number_cell(quality.ssim.mean().item<double>(), 3)};
}

void add_task(ReportContext& context, const Task& task, const Tensor& truth) {
  const auto a = build_operator(task.degradation, datum_shape_of(truth), context.options.seed);
  const Measurement measurement = measured(a, truth, 0, at::zeros(batch_shape(truth.size(0), a->range())));
  const std::string baseline = resolved_baseline("auto", measurement);
  const Tensor classical = classical_restoration(baseline, measurement);
  const Restored ours = restored_by(context, measurement, classical, task.name);
  context.page.heading(task.title, 3);
  context.page.add(
      grid_picture("restored-" + task.name, at::cat({truth, as_picture(measurement), classical, ours.x}), truth.size(0),
                   "rows of true images, measurements, classical and our restorations",
                   fmt::format("Rows: true images, what was measured of them, {}, the energy's restoration.",
                               baseline == "harmonic" ? "harmonic fill" : baseline),
                   560));
  context.page.add(block::Table{.head = {"restoration", "PSNR, dB", "SSIM"},
                                .rows = {quality_row(fmt::format("energy, fast solver, {:.0f} gradients",
                                                                 ours.gradients.to(at::kDouble).mean().item<double>()),
                                                     ours.x, truth),
                                         quality_row("classical: " + baseline, classical, truth)}});
}

}  // namespace

void add_restoration(ReportContext& context) {
  if (!context.computes() || !context.run().has_images()) return;
  context.page.heading("Restoration");
  const auto data = context.unseen_data();
  if (!data) return;
  const Tensor truth = true_images(context.run());
  context.page.paragraph(fmt::format(
      "The first {} of the {}, no noise in the measurement. Conventions: pixels in [0, 1], clamped; PSNR of peak 1; "
      "SSIM of 11 x 11 Gaussian windows, sigma 1.5, valid ones only; means over the images.",
      truth.size(0), unseen_name(*data)));
  for (const Task& task : tasks()) {
    const bool divides = truth.size(2) % kFactor == 0 && truth.size(3) % kFactor == 0;
    if (task.degradation.task == "superres" && !divides) continue;
    add_task(context, task, truth);
  }
}

}  // namespace mdsm
