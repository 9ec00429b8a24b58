// mdsm restore RUN IMAGE...: undoes what a measurement has taken from images.

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/option_flags.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/jobs/images.h"
#include "mdsm/jobs/restoration_files.h"
#include "mdsm/jobs/restoration_results.h"
#include "mdsm/jobs/sample_files.h"

namespace mdsm::cli {
namespace {

struct RestoreArguments {
  RunArguments run;
  std::vector<std::string> images;
  int64_t count = 0;
  RestorationRequest request;
  DeferredFlags solver;
  std::string out;
  std::string grid;
  bool json = false;
};

void check_request(const RestoreArguments& arguments, const Shape& datum_shape) {
  const RestorationRequest& request = arguments.request;
  require(request.degradation.task != "denoise" || request.sigma > 0,
          "--task denoise: how large is the noise? Pass --sigma, or use `mdsm denoise`, which finds it.");
  require(!request.measured || !arguments.out.empty() || !arguments.grid.empty(),
          "--measured: there is no truth to compare with. Say where the restorations go, with --out or --grid.");
  require_files({.out = arguments.out, .grid = arguments.grid}, datum_shape);
}

int run_restore(const RestoreArguments& arguments, const CommonOptions& common) {
  const TrainedEnergy trained = arguments.run.load();
  check_request(arguments, trained.energy->datum_shape());
  RestorationRequest request = arguments.request;
  request.solver.options = arguments.solver.given();
  Terminal terminal(common);
  std::vector<std::string> notes;
  const std::vector<NamedImage> inputs = read_images(
      arguments.images, arguments.count, request.measured ? ImageRole::measured : ImageRole::truth, trained, &notes);
  terminal.say_notes(notes);
  require_one_size(inputs, arguments.out, arguments.grid);
  terminal.say_more(fmt::format("restoring {} images with {}", inputs.size(), trained.file.string()));
  const std::vector<Restoration> restored = restore_images(trained, inputs, request, terminal.watch());
  terminal.progress().finish();
  terminal.say_notes(restored.front().notes);
  const std::vector<std::string> names = names_of(inputs);
  const PngTexts texts{{"run", trained.file.string()},
                       {"task", request.degradation.task},
                       {"sampler", restored.front().options.solver},
                       {"seed", std::to_string(request.seed)}};
  if (!arguments.out.empty()) write_restorations(restored, names, arguments.out, texts);
  if (!arguments.grid.empty()) write_restoration_grid(restored, arguments.grid, texts);
  for (const std::string& note : restoration_notes(restored, request.sigma)) terminal.say("note: " + note);
  if (arguments.json) fmt::print("{}\n", restoration_json(trained, request, restored, names));
  else if (restored.front().truth.defined()) fmt::print("{}", restoration_table(restored, names));
  return 0;
}

/// The flags of the measurement and of how it is restored.
void declare_request(CLI::App& app, RestoreArguments& arguments) {
  RestorationRequest& request = arguments.request;
  add_option_flags(app, request, {.names = {{"width", "--blur"}}, .without_default = {"task", "fraction", "width"}});
  app.get_option("--task")->required();
  arguments.solver.declare(
      app, "restore", RestoreOptions{},
      {.only = {"solver", "steps"}, .helps = {{"solver", "how measured data are restored [ancestral]"}}});
  app.add_option(
      "--set", request.solver.set,
      "any option of the solver: --set restore.beta=0.01 (also guide_steps, h0, sigma_end, sigma_max, sigma_min, "
      "repeats, step_size)");
  app.add_option("--seed", request.seed,
                 "of noise, random mask, random measurements and the first restoration; the others follow")
      ->check(seeds())
      ->capture_default_str();
}

std::function<int()> declare_restore(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<RestoreArguments>();
  arguments->run.declare_run(app)->required();
  app.add_option("IMAGE", arguments->images,
                 "PNG or JPEG files, folders of them, known data sets (mnist/test) or paths of data")
      ->required();
  app.add_option("-n,--n", arguments->count,
                 "of each set N images that stand for it, always the same [16, or all if there are fewer]")
      ->check(counts());
  declare_request(app, *arguments);
  app.add_option("-o,--out", arguments->out, "folder for the restorations, or an array X.npy (N,K,C,H,W), unclamped");
  app.add_option(
      "--grid", arguments->grid,
      "picture X.png of images of one size, a row each: truth, measurement, classical, ours, their mean and spread");
  arguments->run.declare_flags(app);
  app.add_flag("--json", arguments->json, "print PSNR and SSIM as JSON");
  return [arguments, &common] { return run_restore(*arguments, common); };
}

}  // namespace

const Command kRestore{"restore", "Restore images from a measurement: in-painting, super-resolution, deblurring, ...",
                       "mdsm restore runs/a mnist/test --n 100 --task inpaint --mask right-half --json",
                       declare_restore, true};

}  // namespace mdsm::cli
