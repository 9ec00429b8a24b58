// mdsm denoise RUN IMAGE...: removes noise of unknown size.

#include <nlohmann/json.hpp>

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/option_flags.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/formats/json_text.h"
#include "mdsm/jobs/denoising.h"
#include "mdsm/jobs/sample_files.h"
#include "mdsm/jobs/uncertainty.h"

namespace mdsm::cli {
namespace {

struct DenoiseArguments {
  RunArguments run;
  std::vector<std::string> images;
  int64_t count = 0;
  std::string out;
  std::string grid;
  DenoisingRequest request;
  bool json = false;
};

void print_figures(const DenoisedImages& images, bool as_json) {
  const std::string unit = images.unit();
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (size_t i = 0; i < images.inputs.size(); ++i) {
    const std::string& name = images.inputs[i].name;
    const DenoisingFigures& at = images.figures[i];
    const bool known = !std::isnan(at.psnr);
    if (as_json) {
      rows.push_back({{"name", name}, {"sigma", at.sigma}, {"units", unit}});
      if (known) rows.back().update({{"psnr_noisy", at.psnr_noisy}, {"psnr", at.psnr}});
      continue;
    }
    fmt::print("{}  sigma {:.4f}", name, at.sigma);
    if (known) fmt::print("  PSNR {:.2f} -> {:.2f} dB", at.psnr_noisy, at.psnr);
    fmt::print("\n");
  }
  fmt::print("{}\n", as_json ? dump_json(rows) : "(" + unit + ")");
}

int run_denoise(const DenoiseArguments& arguments, const CommonOptions& common) {
  const TrainedEnergy trained = arguments.run.load();
  require(!arguments.out.empty() || !arguments.grid.empty(),
          "where to? Pass --out for the denoised images, or --grid for one picture.");
  require(!arguments.out.empty() || (arguments.request.uncertainty == 0 && !arguments.request.noise_map),
          "--uncertainty and --noise-map are written beside the denoised images. Pass --out.");
  require_files({.out = arguments.out, .grid = arguments.grid}, trained.energy->datum_shape());
  Terminal terminal(common);
  std::vector<std::string> notes, bad;
  std::vector<NamedImage> inputs =
      read_images(arguments.images, arguments.count, ImageRole::noisy, trained, &notes, &bad);
  for (const std::string& what : bad) tell(what);
  terminal.say_notes(notes);
  terminal.say_more(fmt::format("denoising {} with {}", inputs.size(), trained.file.string()));
  DenoisingRequest request = arguments.request;
  request.batch = trained.experiment.sample.batch;
  const DenoisedImages images = denoise_images(trained, std::move(inputs), request, terminal.watch());
  const PngTexts texts{{"run", arguments.run.run}};
  if (!arguments.out.empty()) write_denoised(images, arguments.out, texts);
  if (request.uncertainty > 0) write_uncertainty(trained, images, request, arguments.out, texts, terminal.watch());
  terminal.progress().finish();
  if (!arguments.grid.empty()) write_denoising_grid(images, arguments.grid, texts);
  print_figures(images, arguments.json);
  return bad.empty() ? 0 : 1;
}

std::function<int()> declare_denoise(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<DenoiseArguments>();
  arguments->run.declare_run(app)->required();
  app.add_option("IMAGE", arguments->images,
                 "PNG or JPEG files, folders of them, arrays X.npy (N,C,H,W) in [0,1], or known data sets (mnist/test)")
      ->required();
  app.add_option("-n,--n", arguments->count,
                 "of each set N data that stand for it, always the same [all of a folder or array, 16 of other sets]")
      ->check(counts());
  app.add_option("-o,--out", arguments->out, "folder for the denoised images, or an array X.npy");
  app.add_option("--grid", arguments->grid, "one picture X.png: (truth,) noisy, denoised, ...");
  add_option_flags(app, arguments->request);
  app.add_option("--seed", arguments->request.seed, "of that noise")->check(seeds())->capture_default_str();
  arguments->run.declare_flags(app);
  app.add_flag("--json", arguments->json, "print the estimated noise levels as JSON");
  return [arguments, &common] { return run_denoise(*arguments, common); };
}

}  // namespace

const Command kDenoise{"denoise", "Remove noise of unknown size from images; prints the size it found.",
                       "mdsm denoise runs/a noisy.png --out denoised", declare_denoise, true};

}  // namespace mdsm::cli
