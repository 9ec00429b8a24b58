// mdsm evaluate RUN trace: energy and temperature along the chain.

#include "mdsm/cli/evaluation_parts.h"

namespace mdsm::cli {
namespace {

constexpr int64_t kShown = 15;  // rows of the table; the CSV has all

struct Arguments {
  SamplerArguments sampler;
  int64_t every = 1;
};

/// E / ((d/2) T): 1 where the chain is in equilibrium with a quadratic energy (docs/derivations/langevin.md, (4)).
double ratio_of(const ChainRecord& record, double dimensions) {
  return record.mean_energy / (0.5 * dimensions * record.temperature);
}

std::string csv_of(const std::vector<ChainRecord>& trace, double dimensions) {
  std::string text = "step,temperature,mean_energy,ratio\n";
  for (const ChainRecord& at : trace) {
    text += fmt::format("{},{:.9g},{:.9g},{}\n", at.step, at.temperature, at.mean_energy,
                        at.temperature > 0 ? fmt::format("{:.9g}", ratio_of(at, dimensions)) : "");
  }
  return text;
}

ResultRow row_of(const ChainRecord& at, double dimensions) {
  return {{"step", at.step},
          {"temperature", at.temperature},
          {"mean_energy", at.mean_energy},
          {"ratio", at.temperature > 0 ? ratio_of(at, dimensions) : std::numeric_limits<double>::quiet_NaN()}};
}

Results measure(EvaluationContext& context, const Arguments& arguments) {
  const TrainedEnergy& trained = context.trained();
  const SampleOptions sampler = sampler_of(context, arguments.sampler);
  const int64_t count = context.count_or(16);
  const DrawHooks hooks{.trace = TraceDetail::mean, .trace_every = arguments.every};
  const std::vector<uint64_t> seeds = context.seeds(count);
  const Drawn drawn =
      draw_samples(*trained.energy, sampler, trained.sample_context(), seeds, hooks, context.terminal.watch());
  const auto dimensions = static_cast<double>(element_count(trained.energy->datum_shape()));
  write_beside(context, "trace.csv", csv_of(drawn.trace, dimensions));
  Results results{{"n", count},
                  {"sampler", sampler.sampler},
                  {"gradients_per_sample", drawn.gradients_per_sample},
                  {"dimensions", static_cast<int64_t>(dimensions)}};
  std::vector<ResultRow> rows;
  const auto records = static_cast<int64_t>(drawn.trace.size());
  const int64_t shown = std::min(kShown, records);
  for (int64_t i = 0; i < shown; ++i) {
    const int64_t at = shown > 1 ? i * (records - 1) / (shown - 1) : 0;
    rows.push_back(row_of(drawn.trace[static_cast<size_t>(at)], dimensions));
  }
  results.set("trace", rows);
  results.note(
      "ratio is E / ((d/2) T), energies up to the network's own constant: 1 where the chain follows its temperature. "
      "--out writes every step to trace.csv.");
  return results;
}

std::function<Results(EvaluationContext&)> declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  arguments->sampler.sampler = "langevin";  // the paper's annealed chain, whatever the run samples with
  add_sampler_options(app, arguments->sampler);
  app.add_option("--every", arguments->every, "record every step that this divides")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  return [arguments](EvaluationContext& context) { return measure(context, *arguments); };
}

}  // namespace

const Evaluation kEvaluateTrace{"trace", "Energy and temperature along the chains of a sampler, and E / ((d/2) T).",
                                "runs/a trace -n 16 --out runs/a/trace", "chains [16]", declare};

}  // namespace mdsm::cli
