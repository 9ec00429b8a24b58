// mdsm density RUN: the learnt density of the plane beside the true one.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/evaluate/plane_density.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/formats/places.h"
#include "mdsm/formats/png.h"

namespace mdsm::cli {
namespace {

struct DensityArguments {
  RunArguments run;
  std::string out;
  int64_t side = 256;
  bool json = false;
};

std::shared_ptr<const SyntheticDensity> density_of(const TrainedEnergy& trained) {
  auto density = known_density_of(trained.experiment);
  require(density != nullptr, "{}: trained on '{}', whose density is not known. Pass a run of experiments/toys ({}).",
          trained.file.string(), trained.experiment.data.name, fmt::join(synthetic_density_names(), ", "));
  return density;
}

void print_result(const PlaneComparison& result, const TrainedEnergy& trained, bool json) {
  if (json) {
    Results results{{"data", trained.experiment.data.name},
                    {"step", trained.step},
                    {"sigma0", trained.sigma0()},
                    {"units", "divergences in nats a datum"}};
    fmt::print("{}\n", results.append(results_of(result)).to_json(-1));
    return;
  }
  fmt::print(
      "{} after {} updates, {} x {} cells of [-{:.3g}, {:.3g}]^2, nats:\n"
      "  KL(smoothed truth || learnt)  {:.4f}   the truth with noise of sigma0 = {:g}: what the energy is to learn\n"
      "  KL(truth || learnt)           {:.4f}   of which {:.4f} is the smoothing's: KL(truth || smoothed truth)\n"
      "  learnt mass beside the data   {:.2g}\n",
      trained.experiment.data.name, trained.step, result.grid.side, result.grid.side, result.grid.half_width,
      result.grid.half_width, result.kl_smoothed, trained.sigma0(), result.kl_truth, result.kl_floor,
      result.learned_outside);
}

int run_density(const DensityArguments& arguments) {
  if (!arguments.out.empty()) require_file_place("--out", arguments.out, {".png"});
  const TrainedEnergy trained = arguments.run.load();
  const PlaneComparison result =
      compare_on_plane(*trained.energy, *density_of(trained), trained.sigma0(), arguments.side);
  if (!arguments.out.empty()) {
    write_png(arguments.out, picture(result),
              {{"run", trained.file.string()}, {"panels", "truth, smoothed truth, learnt density"}});
  }
  print_result(result, trained, arguments.json);
  return 0;
}

std::function<int()> declare_density(CLI::App& app, const CommonOptions&) {
  auto arguments = std::make_shared<DensityArguments>();
  arguments->run.declare_run(app)->required()->description(
      "run directory or checkpoint file, trained on points of a known density");
  app.add_option("-o,--out", arguments->out, "picture X.png: truth, truth with noise of size sigma0, learnt density");
  app.add_option("--side", arguments->side, "cells along a side of the grid")
      ->check(integers(between(16, 2048)))
      ->capture_default_str();
  arguments->run.declare_flags(app);
  app.add_flag("--json", arguments->json, "print the numbers as JSON");
  return [arguments] { return run_density(*arguments); };
}

}  // namespace

const Command kDensity{"density", "Compare a learnt density of the plane with the true one.",
                       "mdsm density runs/ring --out ring.png", declare_density};

}  // namespace mdsm::cli
