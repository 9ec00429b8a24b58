#include "mdsm/evaluate/evaluations/trace.h"

#include <cmath>
#include <limits>

#include "mdsm/evaluate/units.h"
#include "mdsm/sample/chain_diagnostics.h"

namespace mdsm {
namespace {

constexpr int64_t kShown = 15;  // rows of the table; the CSV has all
constexpr int64_t kChains = 16;

std::string csv_of(const std::vector<ChainRecord>& trace, int64_t dimensions) {
  std::string text = "step,temperature,mean_energy,ratio\n";
  for (const ChainRecord& at : trace) {
    const double ratio = equilibrium_ratio(at, dimensions);
    text += fmt::format("{},{:.9g},{:.9g},{}\n", at.step, at.temperature, at.mean_energy,
                        std::isnan(ratio) ? "" : fmt::format("{:.9g}", ratio));
  }
  return text;
}

/// kShown records, evenly spread with the first and the last.
std::vector<ResultRow> rows_of(const std::vector<ChainRecord>& trace, int64_t dimensions) {
  std::vector<ResultRow> rows;
  const auto records = static_cast<int64_t>(trace.size());
  const int64_t shown = std::min(kShown, records);
  for (int64_t i = 0; i < shown; ++i) {
    const int64_t place = shown > 1 ? i * (records - 1) / (shown - 1) : 0;
    const ChainRecord& at = trace[static_cast<size_t>(place)];
    rows.push_back({{"step", at.step},
                    {"temperature", at.temperature},
                    {"mean_energy", at.mean_energy},
                    {"ratio", equilibrium_ratio(at, dimensions)}});
  }
  return rows;
}

}  // namespace

double equilibrium_ratio(const ChainRecord& record, int64_t dimensions) {
  if (record.temperature <= 0) return std::numeric_limits<double>::quiet_NaN();
  return record.mean_energy / (0.5 * static_cast<double>(dimensions) * record.temperature);
}

Results evaluate_trace(EvaluationContext& context, const TraceOptions& options) {
  const TrainedEnergy& trained = context.trained();
  const SampleDrawer drawer(context, trained, options.sampler);
  const int64_t count = context.count_or(kChains);
  const DrawHooks hooks{.trace = TraceDetail::each, .trace_every = options.every};
  const Drawn drawn = draw_samples(*trained.energy, drawer.settings(), trained.sample_context(), context.seeds(count),
                                   hooks, context.watch);
  const int64_t dimensions = element_count(trained.energy->datum_shape());
  context.write_beside("trace.csv", csv_of(drawn.trace, dimensions));
  Results results{{"n", count},
                  {"sampler", drawer.settings().sampler},
                  {"gradients_per_sample", drawn.gradients_per_sample},
                  {"dimensions", dimensions}};
  const std::optional<ChainDiagnostics> settled = energy_diagnostics(drawn.trace);
  if (settled) {
    results.set("energy_r_hat", settled->r_hat)
        .set("energy_effective_sample_size", settled->effective)
        .set("energy_draws", settled->chains * settled->draws);
  }
  results.set("trace", rows_of(drawn.trace, dimensions));
  results.set("units",
              "mean_energy: " + energy_unit(trained.energy->datum_shape()) + "; temperature 1: the density itself");
  const std::string refused = about_refused(drawn);
  if (!refused.empty()) results.note(refused);
  if (settled) results.note(to_text(*settled) + ": R-hat above 1.01 means that the chains have not settled.");
  results.note(
      "ratio is E / ((d/2) T), energies up to the network's own constant: 1 where the chain follows its temperature. "
      "The folder `out` gets every step, in trace.csv.");
  return results;
}

}  // namespace mdsm
