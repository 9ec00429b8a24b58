// How training went: losses, gradient norm, learning rate and throughput against updates.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr size_t kMostPoints = 1000;  // of a curve; more are averaged

/// The curve in at most kMostPoints points: means of equally many neighbours, those that are numbers.
block::Series thinned(const RunLog::Curve& curve, std::string label) {
  block::Series series{.label = std::move(label), .x = {}, .y = {}};
  const size_t group = (curve.step.size() + kMostPoints - 1) / kMostPoints;
  for (size_t first = 0; first < curve.step.size(); first += group) {
    const size_t last = std::min(first + group, curve.step.size());
    double step = 0, sum = 0;
    size_t numbers = 0;
    for (size_t i = first; i < last; ++i) {
      step += curve.step[i];
      if (std::isfinite(curve.value[i])) sum += curve.value[i], ++numbers;
    }
    series.x.push_back(step / static_cast<double>(last - first));
    series.y.push_back(numbers > 0 ? sum / static_cast<double>(numbers) : std::nan(""));
  }
  return series;
}

/// How a curve is drawn.
struct Look {
  bool dashed = false;
  bool second_axis = false;
  int colour = -1;  ///< of all runs, the others' dashed; -1: where there are several, a colour a run
};

/// A curve of each run that has it, behind the run's name where there are several.
void add_series(const ReportContext& context, block::Chart& chart, const std::string& curve, const std::string& label,
                const Look& look = {}) {
  for (size_t i = 0; i < context.runs.size(); ++i) {
    const RunLog::Curve* found = context.runs[i].log.find(curve);
    if (found == nullptr) continue;
    const std::string name = context.compares() ? fmt::format("{}: {}", context.runs[i].name, label) : label;
    block::Series series = thinned(*found, name);
    series.dashed = look.dashed || (look.colour >= 0 && i > 0);
    series.second_axis = look.second_axis;
    series.colour = look.colour < 0 && context.compares() ? static_cast<int>(i) : look.colour;
    chart.series.push_back(std::move(series));
  }
}

void add_if_drawn(ReportContext& context, block::Chart chart) {
  if (!chart.series.empty()) context.page.add(std::move(chart));
}

void add_losses(ReportContext& context) {
  block::Chart chart{.name = "loss",
                     .caption =
                         "Training loss (means between two lines of metrics.jsonl) and held-out loss (of the moving "
                         "average). Drag to zoom; a double click shows all.",
                     .x_label = "updates",
                     .y_label = "loss",
                     .series = {},
                     .log_y = true};
  add_series(context, chart, "loss", "training");
  add_series(context, chart, "held_out_loss", "held-out", {.dashed = true});
  add_if_drawn(context, std::move(chart));
}

/// "0.1 to 0.23" of each band.
std::vector<std::string> band_names(const ReportRun& run, int64_t count) {
  const NoiseOptions& noise = run.experiment().noise;
  const std::vector<double> limits = NoiseBands(noise.sigma_min, noise.sigma_max, count).limits();
  std::vector<std::string> names;
  for (size_t i = 0; i + 1 < limits.size(); ++i)
    names.push_back(fmt::format("sigma {:.2g} to {:.2g}", limits[i], limits[i + 1]));
  return names;
}

void add_losses_by_band(ReportContext& context, const std::string& curve, const std::string& what) {
  block::Chart chart{.name = curve == "loss" ? "loss-by-band" : "held-out-loss-by-band",
                     .caption = fmt::format("{} by noise band.", what),
                     .x_label = "updates",
                     .y_label = "loss",
                     .series = {},
                     .log_y = true};
  int64_t bands = 0;
  while (context.run().log.find(band_name(curve, bands)) != nullptr) ++bands;
  if (bands == 0) return;
  const std::vector<std::string> names = band_names(context.run(), bands);
  for (int64_t i = 0; i < bands; ++i)
    add_series(context, chart, band_name(curve, i), names[static_cast<size_t>(i)], {.colour = static_cast<int>(i)});
  add_if_drawn(context, std::move(chart));
}

void add_gradient_norm(ReportContext& context) {
  block::Chart chart{.name = "gradient-norm",
                     .caption = "Norm of the parameters' gradient before clipping, and the learning rate.",
                     .x_label = "updates",
                     .y_label = "gradient norm",
                     .series = {},
                     .log_y = true,
                     .second_label = "learning rate"};
  add_series(context, chart, "gradient_norm", "gradient norm");
  add_series(context, chart, "learning_rate", "learning rate", {.dashed = true, .second_axis = true});
  add_if_drawn(context, std::move(chart));
}

void add_throughput(ReportContext& context) {
  block::Chart chart{.name = "throughput",
                     .caption =
                         "Images trained on each second; the held-out loss, checkpoints and sample grids between "
                         "two lines count against it.",
                     .x_label = "updates",
                     .y_label = "images a second",
                     .series = {}};
  add_series(context, chart, "images_per_s", "images a second");
  add_if_drawn(context, std::move(chart));
}

}  // namespace

void add_curves(ReportContext& context) {
  context.page.heading("Training");
  const bool any = std::any_of(context.runs.begin(), context.runs.end(),
                               [](const ReportRun& run) { return !run.log.curves.empty(); });
  if (!any) {
    context.page.paragraph(
        "There are no curves: they are in the metrics.jsonl of a run directory, and there is none here.");
    return;
  }
  add_losses(context);
  add_losses_by_band(context, "loss", "Training loss");
  add_losses_by_band(context, "held_out_loss", "Held-out loss");
  add_gradient_norm(context);
  add_throughput(context);
}

}  // namespace mdsm::report
