// Does the model repeat its training data? Samples beside the training data nearest to them.

#include <fmt/format.h>

#include "mdsm/data/index_range.h"
#include "mdsm/evaluate/neighbours.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm {
namespace {

constexpr int64_t kShown = 8;
constexpr int64_t kNeighbours = 6;
constexpr int64_t kBlock = 2000;

Neighbours neighbours_of(const ReportContext& context, const Tensor& queries, const Source& training) {
  const PassOptions pass{kBlock, context.pass_progress("looking for neighbours", training.size())};
  return nearest_neighbours(queries, training, std::min(kNeighbours, training.size()), pixel_features, pass);
}

/// A row a sample: itself, then its neighbours.
block::Picture picture_of(const Tensor& queries, const Source& training, const Neighbours& found) {
  const int64_t k = found.indices.size(1);
  return grid_picture("neighbours", queries_with_neighbours(queries, training, found, kShown), k + 1,
                      "rows of a sample and its nearest training images",
                      fmt::format("First column: samples. Then their {} nearest training images.", k), 480);
}

std::vector<std::string> row_of(const std::string& name, const Tensor& nearest) {
  const Tensor q = at::quantile(nearest, at::tensor({0.05, 0.5, 0.95}, at::kDouble));
  return {name,
          std::to_string(nearest.size(0)),
          number_cell(nearest.min().item<double>(), 4),
          number_cell(q[0].item<double>(), 4),
          number_cell(q[1].item<double>(), 4),
          number_cell(q[2].item<double>(), 4)};
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
  const Neighbours of_samples = neighbours_of(context, samples, *training);
  const Tensor held_out = test->read(index_range(0, std::min(samples.size(0), test->size())));
  const Neighbours of_test = neighbours_of(context, held_out, *training);
  if (context.run().has_images()) context.page.add(picture_of(samples, *training, of_samples));
  block::Table table{.head = {"set", "n", "smallest", "5 %", "median", "95 %"}, .rows = {}};
  table.rows = {row_of("samples", of_samples.distances.select(1, 0)),
                row_of(unseen_name(*test), of_test.distances.select(1, 0))};
  table.caption = fmt::format(
      "Euclidean distances, pixels in [0, 1], to the nearest of {} training data. Copies of training data would be "
      "much "
      "nearer to them than data are that training never saw.",
      training->size());
  context.page.add(std::move(table));
}

}  // namespace mdsm
