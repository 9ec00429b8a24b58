// mdsm score RUN DATA: one number a datum.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/data/subset_source.h"
#include "mdsm/evaluate/run_data.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/evaluate/score_summary.h"
#include "mdsm/evaluate/units.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/formats/places.h"

namespace mdsm::cli {
namespace {

struct ScoreArguments {
  RunArguments run;
  std::string data;
  std::string by = "energy";
  std::string out;
  int64_t count = 0;
  uint64_t seed = 0;
  int64_t batch = 128;
  bool json = false;

  bool as_npy() const { return out.ends_with(".npy"); }
};

void write_scores(const ScoreArguments& arguments, const Tensor& values, const DataPart& scored) {
  if (arguments.as_npy()) return write_npy(arguments.out, values);
  const std::string csv = scores_csv(*scored.data, scored.places, values, arguments.by);
  if (arguments.out.empty()) fmt::print("{}", csv);
  else write_file_atomically(arguments.out, csv);
}

void print_summary(const ScoreArguments& arguments, const Tensor& values, const std::string& unit) {
  Results summary = score_summary(arguments.by, values);
  summary.set("units", unit);
  if (arguments.json) return fmt::print("{}\n", summary.to_json(-1));
  const auto number = [&](const char* name) { return std::get<double>(*summary.find(name)); };
  fmt::print("{} of {} data: mean {:.6g}, standard deviation {:.6g}, 5 % {:.6g}, median {:.6g}, 95 % {:.6g} ({})\n",
             arguments.by, values.size(0), number("mean"), number("std"), number("q05"), number("median"),
             number("q95"), unit);
}

int run_score(const ScoreArguments& arguments, const CommonOptions& common) {
  const ScoreKind kind = score_kind(arguments.by);
  if (!arguments.out.empty()) require_file_place("--out", arguments.out, {".csv", ".npy"});
  const TrainedEnergy trained = arguments.run.load();
  const DataPart scored =
      part_of(load_named_data(trained.experiment.data, arguments.data, trained.energy->datum_shape()), arguments.count,
              arguments.seed);
  require_scorable(*trained.energy, *scored.data);
  Terminal terminal(common);
  terminal.say_notes(scored.data->info().notes);
  const Watch watch = terminal.watch();
  if (kind == ScoreKind::gradient && arguments.as_npy()) {
    write_npy(arguments.out, gradients(*trained.energy, *scored.data, arguments.batch, watch));
    return 0;
  }
  const Tensor values = scores_of_run(trained, *scored.data, kind, arguments.seed, arguments.batch, watch);
  terminal.progress().finish();
  if (!arguments.out.empty() || !arguments.json) write_scores(arguments, values, scored);
  const std::string unit = score_unit(kind, trained.energy->datum_shape());
  if (!arguments.out.empty() || arguments.json) print_summary(arguments, values, unit);
  else terminal.say(fmt::format("{}: {}", arguments.by, unit));
  return 0;
}

std::function<int()> declare_score(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<ScoreArguments>();
  arguments->run.declare_run(app)->required();
  app.add_option("DATA", arguments->data, "known data set (mnist/test) or a path")->required();
  app.add_option("-n,--n", arguments->count, "score N data only, which stand for the set")->check(counts());
  app.add_option("--seed", arguments->seed, "picks those N, and the training data that typicality is measured from")
      ->check(seeds())
      ->capture_default_str();
  app.add_option(
         "--by", arguments->by,
         "energy E(x); gradient: its norm, or with --out G.npy the array itself (N,C,H,W); residual ||x - D(x)||; "
         "typicality |E(x) - mean training energy|; denoising-loss and error-ratio: of noise added and removed")
      ->capture_default_str();
  app.add_option("-o,--out", arguments->out, "file .csv or .npy instead of stdout");
  app.add_option("--batch", arguments->batch, "data at once")->check(counts())->capture_default_str();
  arguments->run.declare_flags(app);
  app.add_flag("--json", arguments->json, "print a summary as JSON");
  return [arguments, &common] { return run_score(*arguments, common); };
}

}  // namespace

const Command kScore{"score", "Rank data by energy, gradient norm, residual or typicality.",
                     "mdsm score runs/a mnist/test --by energy --out scores.csv", declare_score, true};

}  // namespace mdsm::cli
