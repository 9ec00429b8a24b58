// mdsm reproduce paper: every table and figure of the paper, by commands of this program.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/formats/places.h"
#include "mdsm/reproduce/record.h"
#include "mdsm/reproduce/reproduce.h"
#include "mdsm/reproduce/sections/sections.h"
#include "mdsm/system/child_process.h"
#include "mdsm/system/machine.h"

namespace mdsm::cli {
namespace {

struct ReproduceArguments {
  std::string what;
  std::string scale = "two-cores";
  std::vector<std::string> only;
  std::string out;
  std::string inception;
  bool dry_run = false;
};

int run_reproduce(const ReproduceArguments& arguments, const CommonOptions& common) {
  const reproduce::Scale scale = reproduce::Scale::parse(arguments.scale);
  require_folder_place("--out", arguments.out);
  require(arguments.inception.empty() || std::filesystem::is_regular_file(arguments.inception),
          "--inception {}: there is no such file. Check the path.", arguments.inception);
  const reproduce::Place place(arguments.out, scale, arguments.inception);
  if (arguments.dry_run) {
    for (const reproduce::PlannedStep& planned : plan(place, reproduce::paper_sections(), arguments.only))
      fmt::print("{}\n", reproduce::typed(planned.step.arguments));
    return 0;
  }
  Terminal terminal(common);
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  reproduce::ReproduceOptions options{arguments.only, "", machine_description()};
  options.command = fmt::format("mdsm reproduce paper --scale {} --out {}", scale.name(), arguments.out);
  if (!arguments.inception.empty()) options.command += " --inception " + arguments.inception;
  reproduce::ReproduceHooks hooks;
  hooks.say = [&terminal](const std::string& line) { terminal.say(line); };
  hooks.run = [&](const std::vector<std::string>& step, const std::filesystem::path& output) {
    terminal.say_more(reproduce::typed(step));
    std::vector<std::string> command{program};
    command.insert(command.end(), step.begin(), step.end());
    if (common.quiet) command.emplace_back("--quiet");
    if (common.threads > 0) command.insert(command.end(), {"--threads", std::to_string(common.threads)});
    return run_child(command, output, terminal.watch());
  };
  reproduce::reproduce(place, reproduce::paper_sections(), options, hooks);
  fmt::print("{}\n", (place.out() / "index.html").string());
  return 0;
}

std::function<int()> declare_reproduce(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<ReproduceArguments>();
  std::vector<std::string> names;
  for (const reproduce::Section& section : reproduce::paper_sections()) names.emplace_back(section.name);
  app.add_option("WHAT", arguments->what, "paper: Li, Chen and Sommer's tables and figures")
      ->required()
      ->check(texts(one_of({"paper"})));
  app.add_option("--scale", arguments->scale,
                 "smoke (minutes: does all run?), two-cores (within the hour on two cores), or a part S of the paper's "
                 "own updates and samples with its own networks: 1 is all of it")
      ->capture_default_str();
  app.add_option("--only", arguments->only, fmt::format("only these: {}", fmt::join(names, ", ")));
  app.add_option("-o,--out", arguments->out,
                 "folder for index.html, README.md, runs and results; an interrupted one "
                 "goes on [reproduced/SCALE]");
  app.add_option("--inception", arguments->inception,
                 "Inception-v3 as a TorchScript file, inception-2015-12-05.pt, for table 1; else squeezenet stands in");
  app.add_flag("--dry-run", arguments->dry_run, "print the commands and stop");
  return [arguments, &common] {
    if (arguments->out.empty()) arguments->out = "reproduced/" + arguments->scale;
    return run_reproduce(*arguments, common);
  };
}

}  // namespace

const Command kReproduce{"reproduce", "Make the paper's tables and figures again, on one page.",
                         "mdsm reproduce paper --scale smoke --out out", declare_reproduce};

}  // namespace mdsm::cli
