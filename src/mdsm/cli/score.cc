// mdsm score RUN DATA: one number a datum.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/evaluate/score.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/npy.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::cli {
namespace {

struct ScoreArguments {
  std::string run;
  std::string data;
  std::string by = "energy";
  std::string out;
  int64_t count = 0;
  int64_t batch = 128;
  bool raw = false;
  ComputeOptions compute;
  bool json = false;
};

/// Training data whose mean energy typicality is measured against.
constexpr int64_t kTypicalCount = 1000;

double mean_training_energy(const TrainedEnergy& trained, const PassOptions& pass) {
  const auto data = load_source(trained.experiment.data, Split::train);
  const int64_t count = std::min(kTypicalCount, data->size());
  return scores(*trained.energy, *data, count, ScoreKind::energy, trained.sigma0(), 0, pass)
      .to(at::kDouble)
      .mean()
      .item<double>();
}

std::string to_csv(const Tensor& values, const Tensor& labels, const std::string& by) {
  std::string text = fmt::format("index,label,{}\n", by);
  for (int64_t i = 0; i < values.size(0); ++i) {
    text += fmt::format("{},{},{:.9g}\n", i, labels[i].item<int64_t>(), values[i].item<float>());
  }
  return text;
}

void write_scores(const ScoreArguments& arguments, const Tensor& values, const Source& data) {
  const bool npy = arguments.out.ends_with(".npy");
  if (npy) {
    write_npy(arguments.out, values);
  } else {
    const std::string csv = to_csv(values, first_labels(data, values.size(0)), arguments.by);
    if (arguments.out.empty()) fmt::print("{}", csv);
    else write_file_atomically(arguments.out, csv);
  }
}

/// Mean, spread and quantiles, for the eye and for machines.
void print_summary(const ScoreArguments& arguments, const Tensor& values) {
  const Tensor v = values.to(at::kDouble);
  const Tensor q = at::quantile(v, at::tensor({0.05, 0.5, 0.95}, at::kDouble));
  const double mean = v.mean().item<double>();
  const double spread = v.size(0) > 1 ? v.std().item<double>() : 0;
  if (arguments.json) {
    fmt::print(
        "{{\"by\": \"{}\", \"n\": {}, \"mean\": {:.9g}, \"std\": {:.9g}, \"q05\": {:.9g}, \"median\": {:.9g}, \"q95\": "
        "{:.9g}}}\n",
        arguments.by, v.size(0), mean, spread, q[0].item<double>(), q[1].item<double>(), q[2].item<double>());
    return;
  }
  fmt::print("{} of {} data: mean {:.6g}, standard deviation {:.6g}, 5 % {:.6g}, median {:.6g}, 95 % {:.6g}\n",
             arguments.by, v.size(0), mean, spread, q[0].item<double>(), q[1].item<double>(), q[2].item<double>());
}

int run_score(const ScoreArguments& arguments, const CommonOptions& common) {
  const ScoreKind kind = score_kind(arguments.by);
  const bool npy = arguments.out.ends_with(".npy");
  require(arguments.out.empty() || npy || arguments.out.ends_with(".csv"),
          "--out {}: scores are written as .csv or .npy. Name the file so.", arguments.out);
  const TrainedEnergy trained =
      load_trained_energy(arguments.run, arguments.raw ? Weights::raw : Weights::average, arguments.compute.checked());
  const auto data = load_named_data(trained.experiment.data, arguments.data, trained.energy->datum_shape());
  require(data->size() != Source::kEndless || arguments.count > 0, "{}: these data never end. Say how many with --n.",
          arguments.data);
  const int64_t count = arguments.count > 0 ? arguments.count : data->size();
  Terminal terminal(common);
  const PassOptions pass{arguments.batch, terminal.pass_progress("scored", count)};
  const PassOptions quiet{arguments.batch, terminal.interrupt_only()};
  if (kind == ScoreKind::gradient && npy) {
    write_npy(arguments.out, gradients(*trained.energy, *data, count, pass));
    return 0;
  }
  const double typical = kind == ScoreKind::typicality ? mean_training_energy(trained, quiet) : 0;
  const Tensor values = scores(*trained.energy, *data, count, kind, trained.sigma0(), typical, pass);
  if (!arguments.out.empty() || !arguments.json) write_scores(arguments, values, *data);
  if (!arguments.out.empty() || arguments.json) print_summary(arguments, values);
  return 0;
}

std::function<int()> declare_score(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<ScoreArguments>();
  app.add_option("RUN", arguments->run, "run directory or checkpoint file")->required();
  app.add_option("DATA", arguments->data, "known data set (mnist/test) or a path")->required();
  app.add_option("-n,--n", arguments->count, "score the first N data only")->check(CLI::PositiveNumber);
  app.add_option(
         "--by", arguments->by,
         "energy E(x); gradient: its norm, or with --out G.npy the array itself (N,C,H,W); residual ||x - D(x)||; "
         "typicality |E(x) - mean training energy|")
      ->capture_default_str();
  app.add_option("-o,--out", arguments->out, "file .csv or .npy instead of stdout");
  app.add_option("--batch", arguments->batch, "data at once")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_flag("--raw", arguments->raw, "the weights themselves instead of their moving average");
  add_compute_options(app, arguments->compute);
  app.add_flag("--json", arguments->json, "print a summary as JSON");
  return [arguments, &common] { return run_score(*arguments, common); };
}

}  // namespace

const Command kScore{"score", "Rank data by energy, gradient norm, residual or typicality.",
                     "mdsm score runs/a mnist/test --by energy --out scores.csv", declare_score};

}  // namespace mdsm::cli
