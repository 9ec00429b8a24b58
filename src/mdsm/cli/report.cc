// mdsm report RUN: one self-contained HTML page of a run.

#include <cstdio>

#include "mdsm/base/named.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/places.h"
#include "mdsm/report/make_report.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

/// In the order of ReportChains.
const std::vector<std::string> kChains{"own", "auto", "langevin"};

struct ReportArguments {
  report::ReportOptions options;
  RunArguments run;
  std::vector<std::string> compare;
  std::string out;
  std::string chain = "auto";
  bool only_log = false;
};

fs::path out_of(const ReportArguments& arguments) {
  if (!arguments.out.empty()) {
    require_file_place("--out", arguments.out, {".html"});
    return arguments.out;
  }
  require(fs::is_directory(arguments.run.run),
          "report {}: this is no run directory to put the report in. Say where it goes, with --out report.html.",
          arguments.run.run);
  const fs::path page = fs::path(arguments.run.run) / "report.html";
  require_file_place("report", page);
  return page;
}

int run_report_command(const ReportArguments& arguments, const CommonOptions& common) {
  const fs::path out = out_of(arguments);
  report::ReportOptions options = arguments.options;
  options.run = arguments.run.run;
  options.compare.assign(arguments.compare.begin(), arguments.compare.end());
  options.work = arguments.only_log ? report::ReportWork::log_only : report::ReportWork::all;
  options.chains = static_cast<report::ReportChains>(index_of_name(arguments.chain, kChains, "--chain"));
  options.weights = arguments.run.weights();
  options.precision = arguments.run.compute.checked();
  Terminal terminal(common);
  const Watch watch = terminal.watch();
  const std::string html = report::to_html(report::make_report(options, watch));
  watch.check();
  write_file_atomically(out, html);
  terminal.progress().finish();
  fmt::print("{}\n", out.string());
  return 0;
}

std::function<int()> declare_report(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<ReportArguments>();
  arguments->run.declare_run(app)->required();
  app.add_option("--compare", arguments->compare,
                 "other runs: their curves, tables and last samples stand beside RUN's");
  app.add_option("-o,--out", arguments->out, "the HTML file [RUN/report.html]");
  app.add_flag("--only-log", arguments->only_log, "what the run wrote, and nothing computed anew");
  app.add_option("-n,--n", arguments->options.count, "data of each half that energies and denoising are measured on")
      ->check(counts())
      ->capture_default_str();
  app.add_option("--samples", arguments->options.samples, "samples that are drawn")
      ->check(counts())
      ->capture_default_str();
  app.add_option("--chain", arguments->chain,
                 "chains: own (the run's sampler's), auto (and a short Langevin chain if it takes no more than 15 s), "
                 "langevin (and the paper's 2701 gradients)")
      ->check(texts(one_of(kChains)))
      ->capture_default_str();
  app.add_option("--seed", arguments->options.seed, "of the first sample, the others follow; and of all noise")
      ->check(seeds())
      ->capture_default_str();
  arguments->run.declare_flags(app);
  return [arguments, &common] { return run_report_command(*arguments, common); };
}

}  // namespace

const Command kReport{"report", "Write one self-contained HTML page of a run: curves, samples, chains, tables.",
                      "mdsm report runs/a --compare runs/b", declare_report};

}  // namespace mdsm::cli
