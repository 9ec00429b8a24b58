// mdsm density RUN: the learnt density of the plane beside the true one.

#include <nlohmann/json.hpp>

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/nearest.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/evaluate/plane_density.h"
#include "mdsm/formats/png.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::cli {
namespace {

struct DensityArguments {
  std::string run;
  std::string out;
  int64_t side = 256;
  bool raw = false;
  bool json = false;
  ComputeOptions compute;
};

std::shared_ptr<const SyntheticDensity> density_of(const TrainedEnergy& trained) {
  const std::string& name = parse_data_name(trained.experiment.data.name, Split::train).name;
  const std::vector<std::string> known = synthetic_density_names();
  require(std::find(known.begin(), known.end(), name) != known.end(),
          "{}: trained on '{}', whose density is not known. Pass a run of experiments/toys ({}).",
          trained.file.string(), name, fmt::join(known, ", "));
  return synthetic_density(name);
}

void print_result(const PlaneComparison& result, const TrainedEnergy& trained, bool json) {
  if (json) {
    const nlohmann::ordered_json object{{"data", trained.experiment.data.name},
                                        {"step", trained.step},
                                        {"sigma0", trained.sigma0()},
                                        {"side", result.grid.side},
                                        {"half_width", result.grid.half_width},
                                        {"kl_smoothed", result.kl_smoothed},
                                        {"kl_truth", result.kl_truth},
                                        {"kl_floor", result.kl_floor},
                                        {"learned_outside", result.learned_outside}};
    fmt::print("{}\n", object.dump());
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
  require(arguments.out.empty() || arguments.out.ends_with(".png"), "--out {}: the picture is a PNG file. Name it so.",
          arguments.out);
  const TrainedEnergy trained =
      load_trained_energy(arguments.run, arguments.raw ? Weights::raw : Weights::average, arguments.compute.checked());
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
  app.add_option("RUN", arguments->run, "run directory or checkpoint file, trained on points of a known density")
      ->required();
  app.add_option("-o,--out", arguments->out, "picture X.png: truth, truth with noise of size sigma0, learnt density");
  app.add_option("--side", arguments->side, "cells along a side of the grid")
      ->check(CLI::Range(16, 2048))
      ->capture_default_str();
  app.add_flag("--raw", arguments->raw, "the weights themselves instead of their moving average");
  add_compute_options(app, arguments->compute);
  app.add_flag("--json", arguments->json, "print the numbers as JSON");
  return [arguments] { return run_density(*arguments); };
}

}  // namespace

const Command kDensity{"density", "Compare a learnt density of the plane with the true one.",
                       "mdsm density runs/ring --out ring.png", declare_density};

}  // namespace mdsm::cli
