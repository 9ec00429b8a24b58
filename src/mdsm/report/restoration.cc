// Images restored from a measurement, against the classical restoration that knows no data.

#include <fmt/format.h>

#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/jobs/restoration_quality.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
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

/// Images that training never saw, without the border that the run's data got: that is the solver's (Framed).
Tensor true_images(const ReportContext& context) {
  Experiment experiment = context.run().experiment();
  experiment.data.pad_to = 0;
  const auto some = context.chosen(load_unseen_data(experiment), kImages);
  return some->read(index_range(0, some->size()));
}

std::vector<std::string> quality_row(const std::string& name, const ImageQuality& quality) {
  return {name, number_cell(quality.psnr.mean().item<double>(), 4), number_cell(quality.ssim.mean().item<double>(), 3)};
}

/// Ours and the classical restoration, as `mdsm restore` measures them.
std::vector<std::vector<std::string>> quality_rows(const Restoration& restoration) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, quality, luma] : restoration_quality(restoration)) {
    if (name == "ours")
      rows.push_back(quality_row(
          fmt::format("energy, {} solver, {:.0f} gradients", restoration.options.solver, restoration.gradients),
          quality));
    if (name == "classical") rows.push_back(quality_row("classical: " + restoration.baseline, quality));
  }
  return rows;
}

void add_task(ReportContext& context, const Task& task, const Tensor& truth) {
  const Watch watch = context.watch(task.name);
  const Restoration restoration = restore_images(
      context.run().trained, truth, {.degradation = task.degradation, .seed = context.options.seed}, watch);
  const std::string& baseline = restoration.baseline;
  context.page.heading(task.title, 3);
  context.page.add(
      grid_picture("restored-" + task.name,
                   at::cat({restoration.truth, restoration.shown, restoration.classical, restoration.samples[0]}),
                   truth.size(0), "rows of true images, measurements, classical and our restorations",
                   fmt::format("Rows: true images, what was measured of them, {}, the energy's restoration.",
                               baseline == "harmonic" ? "harmonic fill" : baseline),
                   560));
  context.page.add(block::Table{.head = {"restoration", "PSNR, dB", "SSIM"}, .rows = quality_rows(restoration)});
}

}  // namespace

void add_restoration(ReportContext& context) {
  if (!context.computes() || !context.run().has_images()) return;
  context.page.heading("Restoration");
  const auto data = context.unseen_data();
  if (!data) return;
  const Tensor truth = true_images(context);
  context.page.paragraph(fmt::format(
      "{} of the {}, chosen by the seed, no noise in the measurement. Conventions: pixels in [0, 1], clamped; PSNR of peak 1; "
      "SSIM of 11 x 11 Gaussian windows, sigma 1.5, valid ones only; means over the images.",
      truth.size(0), unseen_name(*data)));
  for (const Task& task : tasks()) {
    const bool large = truth.size(2) >= kFactor && truth.size(3) >= kFactor;
    if (task.degradation.task == "superres" && !large) continue;
    add_task(context, task, truth);
  }
}

}  // namespace mdsm::report
