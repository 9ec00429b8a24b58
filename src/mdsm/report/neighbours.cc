// Does the model repeat its training data? Samples beside the training data nearest to them.

#include <fmt/format.h>

#include "mdsm/data/index_range.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/distribution.h"
#include "mdsm/evaluate/neighbour_comparison.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/units.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr int64_t kShown = 8;
constexpr int64_t kNeighbours = 6;

/// A row a sample: itself, then its neighbours.
block::Picture picture_of(const Tensor& queries, const Source& training, const Neighbours& found) {
  const int64_t k = found.indices.size(1);
  return grid_picture("neighbours", queries_with_neighbours(queries, training, found, kShown), k + 1,
                      "rows of a sample and its nearest training images",
                      fmt::format("First column: samples. Then their {} nearest training images.", k), 480);
}

std::vector<std::string> row_of(const std::string& name, const Tensor& nearest) {
  const Distribution d = distribution_of(nearest);
  return {name,
          std::to_string(d.count),
          number_cell(d.least, 4),
          number_cell(d.q05, 4),
          number_cell(d.median, 4),
          number_cell(d.q95, 4)};
}

}  // namespace

void add_neighbours(ReportContext& context) {
  if (!context.computes()) return;
  context.page.heading("Nearest neighbours");
  const auto training = context.training_data(), test = context.unseen_data();
  if (!training || !test) return;
  if (training->size() == Source::kEndless) {
    context.page.paragraph("These data never end: no sample can repeat them.");
    return;
  }
  const Tensor samples = context.run().has_images() ? context.samples().clamp(0, 1) : context.samples();
  const int64_t count = std::min(samples.size(0), test->size());
  const Tensor unseen = subset_source(test, count, context.options.seed)->read(index_range(0, count));
  const NeighbourSearch search{.training = *training, .neighbours = std::min(kNeighbours, training->size())};
  const NeighbourComparison found =
      compare_neighbours(samples, unseen, search, {}, context.watch("looking for neighbours"));
  if (context.run().has_images()) context.page.add(picture_of(samples, *training, found.of_queries));
  block::Table table{.head = {"set", "n", "smallest", "5 %", "median", "95 %"}, .rows = {}};
  table.rows = {row_of("samples", found.nearest_of_queries()), row_of(unseen_name(*test), found.nearest_of_unseen())};
  table.caption = fmt::format(
      "Euclidean distances, in {}, to the nearest of {} training data. Copies of training data would be "
      "much nearer to them than data are that training never saw.",
      coordinate_unit(training->info().datum_shape), training->size());
  context.page.add(std::move(table));
}

}  // namespace mdsm::report
