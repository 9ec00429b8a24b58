// What was trained, on what machine, and what the energy is at each level of noise.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mdsm/base/text.h"
#include "mdsm/data/index_range.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"
#include "mdsm/run/experiment.h"
#include "mdsm/run/metrics.h"

namespace mdsm::report {
namespace {

constexpr int64_t kScored = 128;  // data whose energies are averaged

using Facts = std::vector<std::pair<std::string, std::string>>;

/// Where the run was trained, one machine after the other.
std::string machines_of(const std::vector<TrainingStart>& starts) {
  std::vector<std::string> machines;
  for (const TrainingStart& start : starts) {
    std::string machine = fmt::format("{}, {} processors, {} threads", start.processor.empty() ? "?" : start.processor,
                                      start.processors, start.threads);
    if (machines.empty() || machines.back() != machine) machines.push_back(std::move(machine));
  }
  return fmt::format("{}", fmt::join(machines, "; then "));
}

/// What the log tells of the training; dashes where a run did not write it down.
void append_training(Facts& facts, const ReportRun& run) {
  const RunLog& log = run.log;
  const TrainOptions& train = run.experiment().train;
  const std::string steps = train.minutes > 0 ? fmt::format("{:g} minutes", train.minutes)
                                              : fmt::format("{} updates", format_count(train.steps));
  facts.emplace_back("training asked for", fmt::format("{} of {} data", steps, train.batch));
  facts.emplace_back("training time", log.seconds > 0 ? format_duration(log.seconds) : "-");
  facts.emplace_back("held-out loss", number_cell(log.last("held_out_loss")));
  const bool known = !log.starts.empty();
  facts.emplace_back("started", known ? log.starts.front().time : "-");
  facts.emplace_back("machine", known ? machines_of(log.starts) : "-");
  facts.emplace_back("precision of training", known ? log.starts.back().precision : "-");
  facts.emplace_back("mdsm", known ? log.starts.back().mdsm_version : "-");
}

Facts facts_of(const ReportRun& run) {
  const Experiment& experiment = run.experiment();
  const EnergyOptions& energy = experiment.energy;
  Facts facts{
      {"data", fmt::format("{} {}", experiment.data.name, to_text(run.trained.energy->datum_shape()))},
      {"network", energy.kind == "unet"
                      ? fmt::format("unet, width {}", energy.width)
                      : fmt::format("{}, width {}, depth {}", energy.kind, energy.width, energy.depth)},
      {"parameters", format_count(run.parameter_count())},
      {"noise", fmt::format("{:g} to {:g}, {}", experiment.noise.sigma_min, experiment.noise.sigma_max,
                            experiment.noise.levels)},
      {"objective", fmt::format("{}, sigma0 = {:g}", experiment.objective.kind, experiment.objective.sigma0)},
      {"optimiser", fmt::format("{}, learning rate {:g}", experiment.train.optimizer, experiment.train.learning_rate)},
      {"seed", std::to_string(experiment.train.seed)},
      {"updates", format_count(run.trained.step)},
      {"weights", run.trained.weights == Weights::raw ? "raw" : "moving average"},
      {"checkpoint", run.trained.file.filename().string()}};
  if (!run.trained.notice.empty()) facts.back().second += fmt::format(": {}", run.trained.notice);
  append_training(facts, run);
  return facts;
}

/// A column a run.
block::Table facts_table(const std::vector<ReportRun>& runs) {
  block::Table table{.head = {"what"}, .rows = {}};
  for (const ReportRun& run : runs) {
    table.head.push_back(runs.size() == 1 ? "value" : run.name);
    const Facts facts = facts_of(run);
    table.rows.resize(facts.size());
    for (size_t i = 0; i < facts.size(); ++i) {
      if (table.rows[i].empty()) table.rows[i].push_back(facts[i].first);
      table.rows[i].push_back(facts[i].second);
    }
  }
  return table;
}

/// Options that two experiments have with other values.
void add_differences(ReportContext& context) {
  for (size_t i = 1; i < context.runs.size(); ++i) {
    Experiment here = context.run().experiment(), there = context.runs[i].experiment();
    block::Table table{.head = {"option", context.run().name, context.runs[i].name},
                       .rows = {},
                       .caption = "Options of the experiments that differ."};
    const OptionList ours = here.options(), theirs = there.options();
    for (const std::string& name : differences(here, there)) {
      const size_t dot = name.find('.');
      const std::string_view section = std::string_view(name).substr(0, dot),
                             key = std::string_view(name).substr(dot + 1);
      table.rows.push_back(
          {"`" + name + "`", ours.find(section, key, name).text(), theirs.find(section, key, name).text()});
    }
    if (!table.rows.empty()) context.page.add(std::move(table));
  }
}

/// Mean and spread of E(x + sigma n) over data.
std::vector<std::string> energy_cells(const ReportContext& context, const Tensor& data, double sigma) {
  const RandomRows rows = RandomRows::slots(context.options.seed, Stream::measurement, 0, data.size(0));
  const Tensor noisy = data + rows.normal(0, context.energy().datum_shape()) * sigma;
  const Tensor energies = context.energy().value(noisy).to(at::kDouble);
  return {number_cell(energies.mean().item<double>()),
          number_cell(energies.size(0) > 1 ? energies.std().item<double>() : std::nan(""), 3)};
}

Tensor scored_data(ReportContext& context) {
  if (!context.computes()) return {};
  const auto source = context.unseen_data();
  if (!source) return {};
  const auto some = context.chosen(source, kScored);
  return some->read(index_range(0, some->size()));
}

/// The last losses that the run wrote and, where there are data, the energies of noisy ones.
void add_bands(ReportContext& context) {
  const NoiseOptions& noise = context.run().experiment().noise;
  context.page.heading("Noise bands", 3);
  const Tensor data = scored_data(context);
  const int64_t count = noise.sigma_min < noise.sigma_max ? kLossBands : 1;
  const std::vector<double> limits = NoiseBands(noise.sigma_min, noise.sigma_max, count).limits();
  block::Table table{.head = {"band", "sigma from", "to", "training loss", "held-out loss"}, .rows = {}};
  if (data.defined()) table.head.insert(table.head.end(), {"energy", "its spread"});
  for (size_t i = 0; i + 1 < limits.size(); ++i) {
    const auto band = static_cast<int64_t>(i);
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {std::to_string(i), number_cell(limits[i], 3), number_cell(limits[i + 1], 3),
           number_cell(context.run().log.last(band_name("loss", band))),
           number_cell(context.run().log.last(band_name("held_out_loss", band)))};
    if (!data.defined()) continue;
    for (std::string& cell : energy_cells(context, data, std::sqrt(limits[i] * limits[i + 1])))
      row.push_back(std::move(cell));
  }
  table.caption = "Bands of equal width in log sigma; the losses are the last that the run wrote.";
  if (data.defined()) {
    table.caption += fmt::format(
        " Energy: mean and standard deviation of E(x + sigma n) over {} data that training never saw, sigma the band's "
        "geometric middle, up to the network's own constant.",
        data.size(0));
  }
  context.page.add(std::move(table));
}

}  // namespace

void add_about(ReportContext& context) {
  context.page.heading("What was trained");
  context.page.add(facts_table(context.runs));
  if (!context.run().directory) {
    context.page.paragraph(
        "This is a checkpoint by itself, not a run directory: it does not say when, on what machine and how its "
        "training went.");
  }
  add_differences(context);
  add_bands(context);
  context.page.heading("The experiment, with every default", 3);
  context.page.add(block::Code{to_toml(context.run().experiment())});
}

}  // namespace mdsm::report
