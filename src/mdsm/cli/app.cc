#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/word_checks.h"

namespace mdsm::cli {
namespace {

const std::array kCommands{&kTrain,   &kSample, &kDenoise,       &kRestore, &kScore, &kEvaluate,
                           &kDensity, &kReport, &kTrainFeatures, &kData,    &kBench, &kReproduce};

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_flag("-q,--quiet", common.quiet, "print results and errors only");
  app.add_flag("-v,--verbose", common.verbose, "say more on the way");
  app.add_option("--threads", common.threads, "threads to compute with; 0: one a core")
      ->check(integers(between(0, 4096)));
  app.add_option("--distributed", common.distributed,
                 "of many processes: auto (as mpirun, srun or torchrun started this one), none, mpi or gloo")
      ->capture_default_str();
}

}  // namespace

std::unique_ptr<CLI::App> build_app(std::function<int()>& chosen, CommonOptions& common) {
  auto app = std::make_unique<CLI::App>(
      "mdsm: energy-based models learned by multiscale denoising score matching.\n\n"
      "  mdsm train experiments/mnist-quick.toml --out runs/a\n"
      "  mdsm sample runs/a -n 64 --grid samples.png\n",
      "mdsm");
  app->set_version_flag("--version", "mdsm " MDSM_VERSION);
  app->get_formatter()->column_width(36);
  app->require_subcommand(1);
  for (const Command* command : kCommands) {
    CLI::App* sub = app->add_subcommand(command->name, fmt::format("{}\n\n  {}\n", command->summary, command->example));
    sub->get_formatter()->column_width(36);
    auto action = command->declare(*sub, common);
    // Subcommands of a subcommand (data list, ...) declare their own common options.
    if (sub->get_subcommands({}).empty()) add_common(*sub, common);
    for (CLI::App* nested : sub->get_subcommands({})) add_common(*nested, common);
    sub->final_callback([&chosen, &common, action, shared = command->shared] {
      chosen = action;
      common.shared = shared;
    });
    check_words(*sub);
    for (CLI::App* nested : sub->get_subcommands({})) check_words(*nested);
  }
  return app;
}

std::string help_markdown() {
  std::function<int()> chosen;
  CommonOptions common;
  const auto app = build_app(chosen, common);
  std::string out = "# Command line\n\nWritten by `mdsm --help-markdown`; a test compares.\n";
  const auto add = [&out](const CLI::App& part, const std::string& name) {
    // CLI11 writes the part's own name behind the name that it is given.
    const std::string before = name.substr(0, name.size() - part.get_name().size());
    out += fmt::format("\n## {}\n\n```text\n{}```\n", name,
                       part.help(before.empty() ? "" : before.substr(0, before.size() - 1)));
  };
  add(*app, "mdsm");
  for (const CLI::App* sub : app->get_subcommands({})) {
    add(*sub, "mdsm " + sub->get_name());
    for (const CLI::App* nested : sub->get_subcommands({}))
      add(*nested, "mdsm " + sub->get_name() + " " + nested->get_name());
  }
  return out;
}

}  // namespace mdsm::cli
