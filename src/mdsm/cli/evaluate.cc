// mdsm evaluate RUN WHAT: a table of evaluations, each in a file of its own.

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/evaluation.h"
#include "mdsm/evaluate/evaluation_log.h"

namespace mdsm::cli {

namespace {

// A new one is a row here and a line at the end of evaluation.h.
const std::array kEvaluations{&kEvaluateFid,        &kEvaluateIs,          &kEvaluateKid,        &kEvaluateSelect,
                              &kEvaluateLikelihood, &kEvaluateOod,         &kEvaluateNeighbours, &kEvaluateEnergies,
                              &kEvaluateModes,      &kEvaluateNoiseLevels, &kEvaluateTrace};

using Measure = std::function<Results(EvaluationContext&)>;

/// What is said of the run beside every number that comes from it.
Results provenance(EvaluationContext& context) {
  const TrainedEnergy& trained = context.trained();
  return {{"step", trained.step},
          {"weights", trained.weights == Weights::raw ? "raw" : "average"},
          {"seed", static_cast<int64_t>(context.options.seed)},
          {"checkpoint", trained.file.string()}};
}

int run_evaluation(const EvaluateOptions& options, const CommonOptions& common, const Evaluation& evaluation,
                   const Measure& measure) {
  require(
      !options.run.empty() || !options.images.empty(),
      "evaluate {0}: nothing to evaluate. Name a run, `mdsm evaluate RUN {0}`, or images, `mdsm evaluate --images A "
      "--reference B {0}` where {0} can do without a run.",
      evaluation.name);
  EvaluationContext context(options, common);
  if (context.has_run()) context.trained();  // a wrong name is said at once
  Results results = measure(context);
  context.terminal.progress().finish();
  if (context.has_run()) {
    // What an evaluation says itself (of another checkpoint, say) stands.
    const Results origin = provenance(context);
    for (const auto& [name, value] : origin.entries()) {
      if (results.find(name) == nullptr) results.set(name, value);
    }
  }
  for (const std::string& note : results.notes()) context.terminal.say("note: " + note);
  fmt::print("{}{}", options.json ? results.to_json(2) : results.to_table(), options.json ? "\n" : "");
  std::fflush(stdout);
  const std::filesystem::path log = context.has_run() ? evaluation_log_of(options.run) : std::filesystem::path();
  if (!log.empty()) log_evaluation(log, evaluation.name, common.command_line, results);
  return 0;
}

void add_options(CLI::App& app, EvaluateOptions& options, const Evaluation& evaluation) {
  if (evaluation.count_help != nullptr)
    app.add_option("-n,--n", options.count, evaluation.count_help)->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed,
                 "seed of the first sample, the others follow; also of what else is random [0]");
  app.add_option("--batch", options.batch, "data at once (changes speed and memory only)")->check(CLI::PositiveNumber);
  app.add_option("-o,--out", options.out, "folder for partial results, so that what is interrupted goes on, and files");
  app.add_flag("--raw", options.raw, "the weights themselves instead of their moving average");
  add_compute_options(app, options.compute);
  app.add_flag("--json", options.json, "print JSON");
}

std::function<int()> declare_evaluate(CLI::App& app, const CommonOptions& common) {
  auto options = std::make_shared<EvaluateOptions>();
  auto action = std::make_shared<std::function<int()>>();
  app.require_subcommand(1);
  app.add_option("RUN", options->run, "run directory or checkpoint file");
  app.add_option("--images", options->images,
                 "measure these instead of samples of a run: a known set (mnist/test), a folder, archive or array");
  app.add_option("--reference", options->reference, "what they are compared with [test half of the run's data]");
  for (const Evaluation* evaluation : kEvaluations) {
    CLI::App* sub = app.add_subcommand(
        evaluation->name, fmt::format("{}\n\n  mdsm evaluate {}\n", evaluation->summary, evaluation->example));
    sub->get_formatter()->column_width(36);
    sub->fallthrough();  // RUN, --images and --reference may stand behind the name as well
    add_options(*sub, *options, *evaluation);
    const Measure measure = evaluation->declare(*sub);
    sub->final_callback(
        [=, &common] { *action = [=, &common] { return run_evaluation(*options, common, *evaluation, measure); }; });
  }
  return [action] { return (*action)(); };
}

}  // namespace

const Command kEvaluate{"evaluate", "Measure a trained energy or its samples; or two sets of images.",
                        "mdsm evaluate runs/a fid --features digits -n 5000", declare_evaluate};

}  // namespace mdsm::cli
