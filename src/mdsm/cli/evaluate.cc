// mdsm evaluate RUN WHAT: reads the options of the library's evaluations and prints what they find.

#include <cstdio>
#include <sstream>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/option_flags.h"
#include "mdsm/cli/run_arguments.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/evaluate/evaluation_log_writer.h"
#include "mdsm/evaluate/evaluations/evaluation.h"

namespace mdsm::cli {
namespace {

struct EvaluateArguments {
  EvaluationOptions options;
  RunArguments run;
  bool json = false;
};

/// Logs and prints.
void tell(const EvaluationKind& kind, Evaluation& evaluation, const EvaluationContext& context, const Results& results,
          const EvaluateArguments& arguments, const CommonOptions& common, Terminal& terminal) {
  for (const std::filesystem::path& file : context.written()) terminal.say(fmt::format("wrote {}", file.string()));
  for (const std::string& note : results.notes()) terminal.say("note: " + note);
  fmt::print("{}{}", arguments.json ? results.to_json(2) : results.to_table(), arguments.json ? "\n" : "");
  std::fflush(stdout);
  if (!context.has_run()) return;
  const std::filesystem::path log = evaluation_log_of(context.options.run);
  const EvaluationHead head{kind.name, common.command_line, settings_json(context.options, evaluation)};
  if (!log.empty()) log_evaluation(log, head, results);
}

int run_evaluation(EvaluateArguments& arguments, const CommonOptions& common, const EvaluationKind& kind,
                   Evaluation& evaluation) {
  EvaluationOptions& options = arguments.options;
  options.run = arguments.run.run;
  options.weights = arguments.run.weights();
  options.precision = arguments.run.compute.checked();
  require(
      !options.run.empty() || !options.images.empty(),
      "evaluate {0}: nothing to evaluate. Name a run, `mdsm evaluate RUN {0}`, or images, `mdsm evaluate --images A "
      "--reference B {0}` where {0} can do without a run.",
      kind.name);
  Terminal terminal(common);
  EvaluationContext context(options, terminal.watch());
  const Results results = evaluated(kind, evaluation, context);
  terminal.progress().finish();
  tell(kind, evaluation, context, results, arguments, common, terminal);
  return 0;
}

void add_common_options(CLI::App& app, EvaluateArguments& arguments, const EvaluationKind& kind) {
  EvaluationOptions& options = arguments.options;
  if (kind.count_help != nullptr) app.add_option("-n,--n", options.n, kind.count_help)->check(counts());
  app.add_option("--seed", options.seed, "seed of the first sample, the others follow; also of what else is random [0]")
      ->check(seeds());
  app.add_option("--batch", options.batch, "data at once (changes speed and memory only)")->check(counts());
  app.add_option("-o,--out", options.out, "folder for partial results, so that what is interrupted goes on, and files");
  arguments.run.declare_flags(app);
  app.add_flag("--json", arguments.json, "print JSON");
}

/// "features=digits n=500 floor" as it is typed: "--features digits -n 500 --floor".
std::string typed_example(const std::string& settings) {
  std::istringstream words(settings);
  std::string text;
  for (std::string word; words >> word;) {
    const size_t sign = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, sign);
    text += " " + (name == "n" ? "-n" : flag_of(name));
    if (sign < word.size()) text += " " + word.substr(sign + 1);
  }
  return text;
}

CLI::App* add_evaluation(CLI::App& app, EvaluateArguments& arguments, const EvaluationKind& kind,
                         Evaluation& evaluation) {
  CLI::App* sub = app.add_subcommand(kind.name, fmt::format("{}\n\n  mdsm evaluate runs/a {}{}\n", kind.summary,
                                                            kind.name, typed_example(kind.example)));
  sub->get_formatter()->column_width(36);
  sub->fallthrough();  // RUN, --images and --reference may stand behind the name as well
  add_common_options(*sub, arguments, kind);
  FlagChoice choice;
  const OptionList options = evaluation.options();
  for (const OptionEntry& entry : options.entries()) {
    if (entry.name == "neighbours") choice.names[entry.name] = "-k,--neighbours";
  }
  add_option_flags(*sub, options, choice);
  return sub;
}

std::function<int()> declare_evaluate(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<EvaluateArguments>();
  auto action = std::make_shared<std::function<int()>>();
  app.require_subcommand(1);
  arguments->run.declare_run(app);
  app.add_option("--images", arguments->options.images,
                 "measure these instead of samples of a run: a known set (mnist/test), a folder, archive or array");
  app.add_option("--reference", arguments->options.reference,
                 "what they are compared with [test half of the run's data]");
  for (const EvaluationKind& kind : evaluations()) {
    const std::shared_ptr<Evaluation> evaluation = kind.make();
    CLI::App* sub = add_evaluation(app, *arguments, kind, *evaluation);
    sub->final_callback([=, &common, &kind] {
      *action = [=, &common, &kind] { return run_evaluation(*arguments, common, kind, *evaluation); };
    });
  }
  return [action] { return (*action)(); };
}

}  // namespace

const Command kEvaluate{"evaluate", "Measure a trained energy or its samples; or two sets of images.",
                        "mdsm evaluate runs/a fid --features digits -n 5000", declare_evaluate, true};

}  // namespace mdsm::cli
