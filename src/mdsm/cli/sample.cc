// mdsm sample RUN: draws samples, one seed an image.

#include <cmath>
#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/cli/animation.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/pictures.h"
#include "mdsm/cli/sampler_flags.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/formats/file.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/draw.h"

namespace mdsm::cli {
namespace {

struct SampleArguments {
  std::string run;
  int64_t count = 64;
  std::string seeds;
  uint64_t seed = 0;
  std::string out;
  std::string grid;
  std::string trace;
  std::string animate;
  int64_t frames = 60;
  SamplerFlags flags;
  bool raw = false;
  ComputeOptions compute;
};

std::vector<uint64_t> seeds_of(const SampleArguments& arguments) {
  if (!arguments.seeds.empty()) return parse_seeds(arguments.seeds);
  return consecutive_seeds(arguments.seed, arguments.count);
}

/// A row a step; no acceptance where there are no Metropolis tests.
std::string trace_csv(const Drawn& drawn) {
  std::string text = "step,gradients,energy,sigma,temperature,acceptance\n";
  for (const ChainRecord& record : drawn.trace) {
    text += fmt::format("{},{:.9g},{:.9g},{:.9g},{:.9g},{}\n", record.step, record.gradients, record.mean_energy,
                        record.mean_sigma, record.temperature,
                        std::isnan(record.acceptance) ? "" : fmt::format("{:.6g}", record.acceptance));
  }
  return text;
}

/// Where the samples go if nothing is said: a picture, or an array where there is nothing to see.
void choose_output(SampleArguments& arguments, const Shape& datum_shape) {
  if (!arguments.grid.empty() || !arguments.out.empty()) return;
  if (datum_shape.size() == 3) arguments.grid = "samples.png";
  else arguments.out = "samples.npy";
}

/// What the chains did, where it is not what the options say.
void report(const Drawn& drawn, Terminal& terminal) {
  if (std::abs(drawn.mean_gradients - static_cast<double>(drawn.gradients_per_sample)) > 1e-9) {
    terminal.say(fmt::format("the chains ended after {:.1f} gradients on average, of at most {}.", drawn.mean_gradients,
                             drawn.gradients_per_sample));
  }
  if (!std::isnan(drawn.acceptance)) terminal.say(fmt::format("acceptance rate {:.3f}.", drawn.acceptance));
}

int run_sample(SampleArguments& arguments, const CommonOptions& common) {
  const TrainedEnergy trained =
      load_trained_energy(arguments.run, arguments.raw ? Weights::raw : Weights::average, arguments.compute.checked());
  const SampleOptions options = sampler_settings(trained.experiment.sample, arguments.flags.request());
  const std::vector<uint64_t> seeds = seeds_of(arguments);
  const Shape datum_shape = trained.energy->datum_shape();
  choose_output(arguments, datum_shape);
  require_output(arguments.out, arguments.grid, datum_shape);
  require_animation(arguments.animate, datum_shape);
  FrameRecorder frames(arguments.frames);
  Terminal terminal(common);
  DrawHooks hooks;
  if (!arguments.animate.empty()) hooks.observer = &frames;
  hooks.trace = arguments.trace.empty() ? TraceDetail::none : TraceDetail::mean;
  hooks.progress = [&](const DrawProgress& at) {
    terminal.progress().update(at.fraction(), fmt::format("step {}/{} of images {}-{} of {}", at.step, at.steps,
                                                          at.finished + 1, at.finished + at.batch, at.total));
    return terminal.interrupted() ? Reply::stop : Reply::go_on;
  };
  const Drawn drawn = draw_samples(*trained.energy, options, trained.sample_context(), seeds, hooks);
  terminal.progress().finish();
  const int64_t done = drawn.samples.size(0);
  if (done > 0) report(drawn, terminal);
  const PictureLabel label{trained.file.string(), options.sampler, drawn.gradients_per_sample};
  const std::span<const uint64_t> finished(seeds.data(), static_cast<size_t>(done));
  if (done > 0) write_pictures(drawn.samples, finished, arguments.out, arguments.grid, label);
  if (done > 0) write_animation(frames, finished, arguments.animate, label);
  if (!arguments.trace.empty()) write_file_atomically(arguments.trace, trace_csv(drawn));
  if (done < static_cast<int64_t>(seeds.size())) {
    throw Error(fmt::format("interrupted; {} of {} samples were done and are kept.", done, seeds.size()),
                Fault::interrupted);
  }
  return 0;
}

std::function<int()> declare_sample(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<SampleArguments>();
  app.add_option("RUN", arguments->run, "run directory, checkpoint file or shipped model")->required();
  auto* count = app.add_option("-n,--n", arguments->count, "number of samples")
                    ->check(CLI::PositiveNumber)
                    ->capture_default_str();
  auto* seed =
      app.add_option("--seed", arguments->seed, "seed of the first sample; the others follow")->capture_default_str();
  app.add_option("--seeds", arguments->seeds, "seeds, one a sample: 0-63 or 1,4,8-10")->excludes(count)->excludes(seed);
  app.add_option("-o,--out", arguments->out, "folder for a PNG a sample (000000.png), or an array X.npy (unclamped)");
  app.add_option("--grid", arguments->grid, "one picture of all samples, X.png [samples.png if neither is given]");
  app.add_option("--trace", arguments->trace,
                 "write gradients, energy, noise, temperature and acceptance of every step to X.csv");
  app.add_option("--animate", arguments->animate, "the chains on their way as one animated PNG, X.png or X.apng");
  app.add_option("--frames", arguments->frames, "pictures of the animation, at most")
      ->check(CLI::Range(2, 10000))
      ->capture_default_str();
  arguments->flags.declare(app);
  app.add_flag("--raw", arguments->raw, "the weights themselves instead of their moving average");
  add_compute_options(app, arguments->compute);
  return [arguments, &common] { return run_sample(*arguments, common); };
}

}  // namespace

const Command kSample{"sample", "Draw samples from a trained energy.", "mdsm sample runs/a -n 64 --grid samples.png",
                      declare_sample};

}  // namespace mdsm::cli
