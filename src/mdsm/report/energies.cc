// Energies of training data, test data and samples: over-fitting is a gap, bad samples lie apart.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/evaluate/distribution.h"
#include "mdsm/evaluate/energy_comparison.h"
#include "mdsm/evaluate/histogram.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr double kMostBins = 50;

/// Few bins for few values: most are not to be empty.
int64_t bins_for(const std::vector<NamedValues>& sets) {
  int64_t fewest = sets.front().values.size(0);
  for (const NamedValues& set : sets) fewest = std::min(fewest, set.values.size(0));
  return static_cast<int64_t>(std::clamp(2 * std::sqrt(static_cast<double>(fewest)), 8.0, kMostBins));
}

/// Shares rather than counts: the sets differ in size. An empty bin at either end shows the whole of those beside it.
block::Chart histogram_chart(const std::string& name, const std::string& caption,
                             const std::vector<NamedValues>& sets) {
  const Histogram histogram = shared_histogram(sets, bins_for(sets));
  const int64_t bins = histogram.counts.size(1);
  const double first = histogram.edges[0].item<double>();
  const double width = (histogram.edges[bins].item<double>() - first) / static_cast<double>(bins);
  block::Chart chart{.name = name,
                     .caption = caption,
                     .x_label = "energy, nats a datum",
                     .y_label = "share of the set",
                     .series = {},
                     .kind = block::Chart::Kind::steps};
  for (int64_t set = 0; set < histogram.counts.size(0); ++set) {
    const Tensor counts = at::constant_pad_nd(histogram.counts[set].to(at::kDouble), {1, 1});
    block::Series& series = chart.series.emplace_back();
    series.label = histogram.names[static_cast<size_t>(set)];
    for (int64_t bin = -1; bin <= bins; ++bin) {
      series.x.push_back(first + (static_cast<double>(bin) + 0.5) * width);
      series.y.push_back((counts[bin + 1] / counts.sum()).item<double>());
    }
  }
  return chart;
}

std::vector<std::string> row_of(const NamedValues& set) {
  const Distribution d = distribution_of(set.values);
  return {set.name,
          std::to_string(d.count),
          number_cell(d.mean),
          number_cell(d.count > 1 ? d.deviation : std::nan(""), 3),
          number_cell(d.q05),
          number_cell(d.median),
          number_cell(d.q95)};
}

std::string shift_text(const KolmogorovSmirnov& shift) {
  return fmt::format("distance {:.3f} (p = {:.3g})", shift.distance, shift.p_value);
}

}  // namespace

void add_energies(ReportContext& context) {
  if (!context.computes()) return;
  context.page.heading("Energies");
  const auto train = context.training_data(), test = context.unseen_data();
  if (!train || !test) return;
  const Scoring scoring{
      .energy = context.energy(), .sigma0 = context.run().trained.sigma0(), .seed = context.options.seed};
  const EnergyComparison found = compare_energies(scoring, *context.chosen(train), *context.chosen(test), {},
                                                  context.watch("scoring training and " + unseen_name(*test)));
  const ScoreTable &a = found.train, &b = found.test;
  const std::vector<NamedValues> sets{{"training data", a.energy},
                                      {unseen_name(*test), b.energy},
                                      {"samples", energies_of(context.energy(), context.samples())}};
  context.page.add(histogram_chart("energies", "E(x), up to the network's own constant.", sets));
  const std::vector<NamedValues> noisy{{"training data", a.noisy_energy}, {unseen_name(*test), b.noisy_energy}};
  context.page.add(
      histogram_chart("noisy-energies",
                      fmt::format("E(x + sigma0 n), sigma0 = {:g}: the level at which the energy is that of the data.",
                                  context.run().trained.sigma0()),
                      noisy));
  block::Table table{.head = {"set", "n", "mean", "std", "5 %", "median", "95 %"}, .rows = {}};
  for (const NamedValues& set : sets) table.rows.push_back(row_of(set));
  table.caption = fmt::format(
      "E(x), in nats a datum. Kolmogorov and Smirnov, training against {}: {}; with noise sigma0: {}. A large distance "
      "with a small p means over-fitting.",
      unseen_name(*test), shift_text(found.plain), shift_text(found.noisy));
  context.page.add(std::move(table));
}

}  // namespace mdsm::report
