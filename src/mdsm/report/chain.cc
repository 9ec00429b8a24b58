// The way of the chains: energy and temperature against gradients, and pictures along it.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "mdsm/base/seeds.h"
#include "mdsm/base/text.h"
#include "mdsm/formats/image_grid.h"
#include "mdsm/jobs/frames.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"
#include "mdsm/sample/draw.h"
#include "mdsm/sample/langevin.h"
#include "mdsm/sample/settings.h"

namespace mdsm::report {
namespace {

constexpr int64_t kChains = 9;
constexpr int64_t kFrames = 7;        // pictures along a chain, its end included
constexpr int64_t kRecords = 300;     // of the trace
constexpr int64_t kShortSteps = 540;  // a fifth of the paper's chain
constexpr double kPatience = 15;      // seconds

struct ChainRun {
  Drawn drawn;
  std::vector<FrameRecorder::Frame> frames;
  double seconds = 0;
};

ChainRun run_chain(const ReportContext& context, const SampleOptions& options) {
  const SampleContext known = context.run().trained.sample_context();
  FrameRecorder frames(kFrames);
  DrawHooks hooks{.observer = &frames, .trace = TraceDetail::mean};
  hooks.trace_every = std::max<int64_t>(1, build_sampler(options, known)->gradient_count() / kRecords);
  const std::vector<uint64_t> seeds = consecutive_seeds(context.options.seed, kChains);
  const Watch watch = context.watch(options.sampler + " chain");
  const auto begin = std::chrono::steady_clock::now();
  Drawn drawn = draw_samples(context.energy(), options, known, seeds, hooks, watch);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return {std::move(drawn), frames.frames(), seconds};
}

/// Coarse to fine, energies may fall by decades, and the small ones are those that matter.
bool falls_by_decades(const std::vector<double>& energies) {
  if (energies.empty()) return false;
  const auto [least, most] = std::minmax_element(energies.begin(), energies.end());
  return *least > 0 && *most > 100 * *least;
}

void add_trace(ReportContext& context, const std::string& name, const SampleOptions& options, const ChainRun& chain) {
  block::Series energy{.label = "energy", .x = {}, .y = {}};
  block::Series temperature{.label = "temperature", .x = {}, .y = {}, .second_axis = true, .dashed = true};
  for (const ChainRecord& record : chain.drawn.trace) {
    energy.x.push_back(record.gradients);
    energy.y.push_back(record.mean_energy);
    temperature.x.push_back(record.gradients);
    temperature.y.push_back(record.temperature);
  }
  const bool log_y = falls_by_decades(energy.y);
  const bool thermal = sampler_kind(options.sampler) == SamplerKind::thermal;
  const std::string what_temperature =
      thermal ? "the temperature of the step" : "of a step that denoises, the temperature stands for (sigma/sigma0)^2";
  context.page.add(block::Chart{
      .name = name,
      .caption =
          fmt::format("Sampler `{}`: mean energy of {} chains before each step, up to the network's own constant; "
                      "{}. {} gradients a sample, {} for the {} chains together.",
                      options.sampler, kChains, what_temperature, chain.drawn.gradients_per_sample,
                      format_duration(chain.seconds), kChains),
      .x_label = "gradients",
      .y_label = "energy",
      .series = {std::move(energy), std::move(temperature)},
      .log_y = log_y,
      .second_label = "temperature",
      .log_second = true});
}

void add_frames(ReportContext& context, const std::string& name, const ChainRun& chain) {
  if (!context.run().has_images()) return;
  block::Gallery gallery{.pictures = {}, .caption = "The chains along their way, pixels cut to [0, 1]."};
  for (size_t i = 0; i < chain.frames.size(); ++i) {
    const FrameRecorder::Frame& frame = chain.frames[i];
    const std::string where = std::isnan(frame.temperature)
                                  ? fmt::format("{:.0f} gradients, the end", frame.gradients)
                                  : fmt::format("{:.0f} gradients, T = {:.3g}", frame.gradients, frame.temperature);
    gallery.pictures.push_back(grid_picture(fmt::format("{}-{}", name, i), frame.x, square_columns(kChains),
                                            "chains after " + where, where, 120));
  }
  context.page.add(std::move(gallery));
}

void add_one(ReportContext& context, const std::string& name, const SampleOptions& options, const ChainRun& chain) {
  add_trace(context, name, options, chain);
  add_frames(context, name, chain);
}

/// The paper's chain, in that many gradients and the jump.
SampleOptions langevin_options(const ReportContext& context, int64_t steps) {
  SampleOptions options =
      sampler_settings(context.run().experiment().sample, {.sampler = "langevin", .steps = steps + 1});
  const SampleOptions paper;
  options.schedule = paper.schedule;
  options.temperature = paper.temperature;
  return options;
}

/// A second chain, by annealed Langevin dynamics, where that was asked for or is quick.
void add_langevin(ReportContext& context, double seconds_per_gradient) {
  const bool whole = context.options.chains == ReportChains::langevin;
  const int64_t steps = whole ? LangevinSampler::kDefaultSteps : kShortSteps;
  const double expected = seconds_per_gradient * static_cast<double>(steps);
  if (!whole && expected > kPatience) {
    context.page.paragraph(fmt::format(
        "A chain of annealed Langevin dynamics would take about {} here and is left out; the option chain = langevin "
        "draws the paper's {}.",
        format_duration(expected), LangevinSampler::kDefaultSteps + 1));
    return;
  }
  context.page.heading(whole ? "The paper's annealed Langevin chain" : "A short annealed Langevin chain", 3);
  if (!whole) {
    context.page.paragraph(fmt::format(
        "The paper's three temperature stages in {} gradients instead of its {} (the option chain = langevin draws those).",
        steps + 1, LangevinSampler::kDefaultSteps + 1));
  }
  const SampleOptions options = langevin_options(context, steps);
  add_one(context, "chain-langevin", options, run_chain(context, options));
}

}  // namespace

void add_chain(ReportContext& context) {
  if (!context.computes()) return;
  context.page.heading("The chain");
  const SampleOptions& own = context.run().experiment().sample;
  const ChainRun chain = run_chain(context, own);
  add_one(context, "chain", own, chain);
  if (context.options.chains == ReportChains::own || own.sampler == "langevin") return;
  add_langevin(context, chain.seconds / static_cast<double>(std::max<int64_t>(1, chain.drawn.gradients_per_sample)));
}

}  // namespace mdsm::report
