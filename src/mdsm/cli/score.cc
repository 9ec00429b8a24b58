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
#include "mdsm/jobs/picture_scores.h"

namespace mdsm::cli {
namespace {

struct ScoreArguments {
  RunArguments run;
  std::vector<std::string> data;
  std::string by = "energy";
  std::string out;
  int64_t count = 0;
  uint64_t seed = 0;
  int64_t batch = 128;
  bool patches = false;
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

/// Whole pictures, a line each: what is compared between them is told a pixel.
int run_pictures(const ScoreArguments& arguments, const TrainedEnergy& trained, ScoreKind kind, Terminal& terminal) {
  require(
      kind != ScoreKind::gradient || !arguments.as_npy(),
      "--out {}: gradients of pictures of several sizes are no array. Write their norms to X.csv, or score --patches.",
      arguments.out);
  std::vector<std::string> notes;
  const PictureScoring asked{.kind = kind, .count = arguments.count, .seed = arguments.seed, .batch = arguments.batch};
  const std::vector<PictureScore> scores = score_pictures(trained, arguments.data, asked, terminal.watch(), &notes);
  terminal.progress().finish();
  terminal.say_notes(notes);
  const Tensor values = scores_per_pixel(scores);
  const std::string csv = picture_scores_csv(scores, arguments.by), unit = pixel_score_unit(kind);
  if (arguments.as_npy()) write_npy(arguments.out, values);
  else if (!arguments.out.empty()) write_file_atomically(arguments.out, csv);
  else if (!arguments.json) fmt::print("{}", csv);
  if (!arguments.out.empty() || arguments.json) print_summary(arguments, values, unit);
  else terminal.say(fmt::format("{}_per_pixel: {}", arguments.by, unit));
  return 0;
}

int run_score(const ScoreArguments& arguments, const CommonOptions& common) {
  const ScoreKind kind = score_kind(arguments.by);
  if (!arguments.out.empty()) require_file_place("--out", arguments.out, {".csv", ".npy"});
  const TrainedEnergy trained = arguments.run.load();
  Terminal terminal(common);
  if (trained.takes_any_size() && !arguments.patches) return run_pictures(arguments, trained, kind, terminal);
  require(arguments.data.size() == 1, "{} sets of data: this run's are scored one set at a time. Name one.",
          arguments.data.size());
  const DataPart scored =
      part_of(load_named_data(trained.experiment.data, arguments.data.front(), trained.energy->datum_shape()),
              arguments.count, arguments.seed);
  require_scorable(*trained.energy, *scored.data);
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
  app.add_option(
         "DATA", arguments->data,
         "known data set (mnist/test) or a path; of a run trained on patches several, whose pictures are scored whole")
      ->required();
  app.add_option("-n,--n", arguments->count, "score N data only, which stand for the set")->check(counts());
  app.add_option("--seed", arguments->seed, "picks those N, and the training data that typicality is measured from")
      ->check(seeds())
      ->capture_default_str();
  app.add_option(
         "--by", arguments->by,
         "energy E(x); gradient: its norm, or with --out G.npy the array itself (N,C,H,W); residual ||x - D(x)||; "
         "typicality |E(x) - mean training energy|; denoising-loss and error-ratio: of noise added and removed")
      ->capture_default_str();
  app.add_option("-o,--out", arguments->out,
                 "file .csv or .npy instead of stdout; of whole pictures .npy holds scores a pixel");
  app.add_flag("--patches", arguments->patches,
               "of a run trained on patches: the squares beside each other in each picture, instead of whole pictures");
  app.add_option("--batch", arguments->batch, "data at once")->check(counts())->capture_default_str();
  arguments->run.declare_flags(app);
  app.add_flag("--json", arguments->json, "print a summary as JSON");
  return [arguments, &common] { return run_score(*arguments, common); };
}

}  // namespace

const Command kScore{"score", "Rank data by energy, gradient norm, residual or typicality.",
                     "mdsm score runs/a mnist/test --by energy --out scores.csv", declare_score, true};

}  // namespace mdsm::cli
