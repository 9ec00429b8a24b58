// mdsm sample RUN: draws samples, one seed an image.

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/sampler_flags.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/jobs/sample_files.h"
#include "mdsm/jobs/sample_size.h"

namespace mdsm::cli {
namespace {

struct SampleArguments {
  RunArguments run;
  int64_t count = 64;
  std::string seeds;
  uint64_t seed = 0;
  std::string size;
  SampleFiles files;
  SamplerFlags sampler;
};

std::vector<uint64_t> seeds_of(const SampleArguments& arguments) {
  if (!arguments.seeds.empty()) return parse_seeds(arguments.seeds);
  return consecutive_seeds(arguments.seed, arguments.count);
}

/// Where the samples go if nothing is said: a picture, or an array where there is nothing to see.
SampleFiles chosen_files(SampleFiles files, const Shape& datum_shape) {
  if (!files.grid.empty() || !files.out.empty()) return files;
  if (datum_shape.size() == 3) files.grid = "samples.png";
  else files.out = "samples.npy";
  return files;
}

int run_sample(const SampleArguments& arguments, const CommonOptions& common) {
  TrainedEnergy trained = arguments.run.load();
  SampleOptions options = sampler_settings(trained.experiment.sample, arguments.sampler.request());
  if (!arguments.size.empty()) {
    SizedSampling sized = at_size(trained, options, arguments.size);
    trained = std::move(sized.trained), options = std::move(sized.options);
  }
  const std::vector<uint64_t> seeds = seeds_of(arguments);
  const SampleFiles files = chosen_files(arguments.files, trained.energy->datum_shape());
  Terminal terminal(common);
  const auto [drawn, written] = draw_to_files(trained, options, seeds, files, terminal.watch());
  terminal.progress().finish();
  const auto done = static_cast<size_t>(drawn.samples.size(0));
  for (const std::string& note : about_chains(drawn)) terminal.say(note);
  for (const std::string& file : written) fmt::print("{}\n", file);
  if (done < seeds.size()) {
    throw Error(fmt::format("interrupted; {} of {} samples were done and are kept.", done, seeds.size()),
                Fault::interrupted);
  }
  return 0;
}

std::function<int()> declare_sample(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<SampleArguments>();
  arguments->run.declare_run(app)->required();
  auto* count = app.add_option("-n,--n", arguments->count, "number of samples")->check(counts())->capture_default_str();
  auto* seed = app.add_option("--seed", arguments->seed, "seed of the first sample; the others follow")
                   ->check(seeds())
                   ->capture_default_str();
  app.add_option("--seeds", arguments->seeds, "seeds, one a sample: 0-63 or 1,4,8-10")->excludes(count)->excludes(seed);
  app.add_option("--size", arguments->size,
                 "HxW pixels, such as 128x192, of a run that was trained on patches: chains then begin with noise [the "
                 "patches' size]");
  SampleFiles& files = arguments->files;
  app.add_option("-o,--out", files.out,
                 "folder for a PNG a sample, named by its seed (000000.png), or an array X.npy (unclamped)");
  app.add_option("--grid", files.grid, "one picture of all samples, X.png [samples.png if neither is given]");
  app.add_option("--trace", files.trace,
                 "write gradients, energy, noise, temperature and acceptance of every step to X.csv");
  app.add_option("--animate", files.animate, "the chains on their way as one animated PNG, X.png or X.apng");
  app.add_option("--frames", files.frames, "pictures of the animation, at most")
      ->check(integers(between(2, 10000)))
      ->capture_default_str();
  arguments->sampler.declare(app);
  arguments->run.declare_flags(app);
  return [arguments, &common] { return run_sample(*arguments, common); };
}

}  // namespace

const Command kSample{"sample", "Draw samples from a trained energy.", "mdsm sample runs/a -n 64 --grid samples.png",
                      declare_sample, true};

}  // namespace mdsm::cli
