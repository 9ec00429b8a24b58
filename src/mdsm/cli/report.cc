// mdsm report RUN: one self-contained HTML page of a run.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/formats/file.h"
#include "mdsm/report/run_report.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

struct ReportArguments {
  ReportOptions report;
  std::string run;
  std::vector<std::string> compare;
  std::string out;
  std::string chain = "auto";
  bool raw = false;
  bool only_log = false;
  ComputeOptions compute;
};

fs::path out_of(const ReportArguments& arguments) {
  if (!arguments.out.empty()) {
    const fs::path folder = fs::path(arguments.out).parent_path();
    require(folder.empty() || fs::is_directory(folder), "--out {}: there is no folder '{}'. Make it first.",
            arguments.out, folder.string());
    return arguments.out;
  }
  require(fs::is_directory(arguments.run),
          "report {}: this is no run directory to put the report in. Say where it goes, with --out report.html.",
          arguments.run);
  return fs::path(arguments.run) / "report.html";
}

int run_report_command(const ReportArguments& arguments, const CommonOptions& common) {
  const fs::path out = out_of(arguments);
  ReportOptions options = arguments.report;
  options.run = arguments.run;
  options.compare.assign(arguments.compare.begin(), arguments.compare.end());
  options.work = arguments.only_log ? ReportWork::log_only : ReportWork::all;
  options.chains = arguments.chain == "own"        ? ReportChains::own
                   : arguments.chain == "langevin" ? ReportChains::langevin
                                                   : ReportChains::automatic;
  options.weights = arguments.raw ? Weights::raw : Weights::average;
  options.precision = arguments.compute.checked();
  Terminal terminal(common);
  options.progress = [&terminal](double fraction, const std::string& text) {
    if (terminal.interrupted()) throw Error("report: interrupted; nothing was written.", Fault::interrupted);
    terminal.progress().update(fraction, text);
  };
  const std::string html = to_html(run_report(options));
  if (terminal.interrupted()) throw Error("report: interrupted; nothing was written.", Fault::interrupted);
  write_file_atomically(out, html);
  terminal.progress().finish();
  fmt::print("{}\n", out.string());
  return 0;
}

std::function<int()> declare_report(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<ReportArguments>();
  app.add_option("RUN", arguments->run, "run directory, checkpoint file or shipped model")->required();
  app.add_option("--compare", arguments->compare,
                 "other runs: their curves, tables and last samples stand beside RUN's");
  app.add_option("-o,--out", arguments->out, "the HTML file [RUN/report.html]");
  app.add_flag("--only-log", arguments->only_log, "what the run wrote, and nothing computed anew");
  app.add_option("-n,--n", arguments->report.count, "data of each half that energies and denoising are measured on")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--samples", arguments->report.samples, "samples that are drawn")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--chain", arguments->chain,
                 "chains: own (the run's sampler's), auto (and a short Langevin chain if it takes no more than 15 s), "
                 "langevin (and the paper's 2701 gradients)")
      ->check(CLI::IsMember({"auto", "own", "langevin"}))
      ->capture_default_str();
  app.add_option("--seed", arguments->report.seed, "of the first sample, the others follow; and of all noise")
      ->capture_default_str();
  add_compute_options(app, arguments->compute);
  app.add_flag("--raw", arguments->raw, "the weights themselves instead of their moving average");
  return [arguments, &common] { return run_report_command(*arguments, common); };
}

}  // namespace

const Command kReport{"report", "Write one self-contained HTML page of a run: curves, samples, chains, tables.",
                      "mdsm report runs/a --compare runs/b", declare_report};

}  // namespace mdsm::cli
