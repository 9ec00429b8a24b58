// What the energy's samples looked like as it learned.

#include <fmt/format.h>

#include "mdsm/base/text.h"
#include "mdsm/data/index_range.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr int64_t kMostGrids = 24;

/// Those that are shown: all, or evenly spread ones with the last.
std::vector<ReportRun::Grid> shown(const std::vector<ReportRun::Grid>& grids) {
  const auto size = static_cast<int64_t>(grids.size());
  if (size <= kMostGrids) return grids;
  std::vector<ReportRun::Grid> some;
  for (int64_t k = 0; k < kMostGrids; ++k)
    some.push_back(grids[static_cast<size_t>(k * (size - 1) / (kMostGrids - 1))]);
  return some;
}

block::Picture picture_of(const ReportRun::Grid& grid, const std::string& name, const std::string& caption, int width) {
  return {.name = name,
          .png = read_file(grid.file),
          .alt = fmt::format("grid of samples after {} updates", format_count(grid.step)),
          .caption = caption,
          .width = width};
}

void add_slider(ReportContext& context, const std::vector<ReportRun::Grid>& grids) {
  block::Slider slider;
  for (const ReportRun::Grid& grid : shown(grids)) {
    slider.pictures.push_back(picture_of(grid, fmt::format("samples-{}", grid.step),
                                         fmt::format("after {} updates", format_count(grid.step)), 480));
  }
  slider.caption =
      fmt::format("The same seeds throughout, drawn by the run's sampler ({}) from the moving average; {} of {} grids.",
                  context.run().experiment().sample.sampler, slider.pictures.size(), grids.size());
  context.page.add(std::move(slider));
}

/// The last grid of each run side by side.
void add_last_grids(ReportContext& context) {
  block::Gallery gallery;
  for (size_t i = 0; i < context.runs.size(); ++i) {
    const std::vector<ReportRun::Grid> grids = context.runs[i].grids();
    if (grids.empty() || grids.back().file.extension() != ".png") continue;
    gallery.pictures.push_back(
        picture_of(grids.back(), fmt::format("last-samples-{}", i),
                   fmt::format("{}, after {} updates", context.runs[i].name, format_count(grids.back().step)), 360));
  }
  gallery.caption = "The last grids of samples.";
  if (gallery.pictures.size() > 1) context.page.add(std::move(gallery));
}

block::Series points_of(const std::string& label, const Tensor& xy) {
  block::Series series{.label = label, .x = {}, .y = {}};
  const Tensor points = xy.to(at::kDouble);
  for (int64_t i = 0; i < points.size(0); ++i) {
    series.x.push_back(points[i][0].item<double>());
    series.y.push_back(points[i][1].item<double>());
  }
  return series;
}

/// `count` data that stand for the set, or all where there are fewer.
Tensor some_of(const std::shared_ptr<const Source>& data, int64_t count, uint64_t seed) {
  const auto some = subset_source(data, std::min(count, data->size()), seed);
  return some->read(index_range(0, some->size()));
}

/// Points of the plane (N, 2) over as many data.
void add_points(ReportContext& context, const Tensor& points, const std::string& caption) {
  if (points.dim() != 2 || points.size(1) != 2) return;
  block::Chart chart{.name = "sample-points",
                     .caption = caption,
                     .x_label = "x",
                     .y_label = "y",
                     .series = {},
                     .kind = block::Chart::Kind::points};
  if (const auto data = context.unseen_data(); data != nullptr)
    chart.series.push_back(points_of("data", some_of(data, points.size(0), context.options.seed)));
  chart.series.push_back(points_of("samples", points));
  context.page.add(std::move(chart));
}

std::string seeds_text(const ReportContext& context) {
  const uint64_t first = context.options.seed;
  return fmt::format("Seeds {} to {}", first, first + static_cast<uint64_t>(context.options.samples) - 1);
}

/// What is drawn now from the checkpoint.
void add_samples_now(ReportContext& context) {
  context.page.heading("Samples of this checkpoint", 3);
  const Tensor& samples = context.samples();
  const SampleOptions& sampler = context.run().experiment().sample;
  if (!context.run().has_images()) {
    add_points(context, samples, seeds_text(context) + ", over as many data.");
    return;
  }
  context.page.add(grid_picture("samples-now", samples, 8, "grid of samples",
                                fmt::format("{}, by the run's sampler ({}).", seeds_text(context), sampler.sampler),
                                480));
}

}  // namespace

void add_sample_grids(ReportContext& context) {
  context.page.heading("Samples over training");
  const std::vector<ReportRun::Grid> grids = context.run().grids();
  if (grids.empty()) {
    context.page.paragraph(
        "There are no grids of samples: `train.sample_every` was 0, or this is a checkpoint by itself.");
  } else if (grids.back().file.extension() == ".npy") {
    if (!context.computes())
      add_points(context, read_npy(grids.back().file),
                 fmt::format("After {} updates, over as many data.", format_count(grids.back().step)));
  } else {
    add_slider(context, grids);
  }
  if (context.compares()) add_last_grids(context);
  if (context.computes()) add_samples_now(context);
}

}  // namespace mdsm::report
