// mdsm train EXPERIMENT.toml: trains an energy in a run directory.

#include <csignal>
#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/option_flags.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/cli/word_checks.h"
#include "mdsm/formats/places.h"
#include "mdsm/parallel/job.h"
#include "mdsm/system/device.h"
#include "mdsm/system/memory.h"
#include "mdsm/system/recycle.h"
#include "mdsm/train/check_experiment.h"
#include "mdsm/train/memory_need.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/saved_state.h"
#include "mdsm/train/start_from.h"
#include "mdsm/train/trainer.h"
#include "mdsm/train/training_log.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

struct TrainArguments {
  std::string experiment;
  std::vector<std::string> set;
  std::string out;
  std::string from;
  DeferredFlags flags;  // of the table [train]
  int64_t stop_at = 0;
  bool resume = false;
  bool dry_run = false;
  ComputeOptions compute;
};

/// The experiment of the file, or of a run directory that is resumed; with the changes of the command line.
Experiment experiment_of(const TrainArguments& arguments) {
  if (!fs::is_directory(arguments.experiment)) return read_experiment(arguments.experiment, arguments.set);
  require(arguments.resume, "{}: this is a folder, not an experiment. To go on with a run, add --resume.",
          arguments.experiment);
  return resumed_experiment(RunDirectory(arguments.experiment), arguments.set);
}

/// A run that goes on is read by the rank that leads; a file by each, to be compared.
Experiment experiment_with_flags(const TrainArguments& arguments) {
  const RunDirectory run(fs::is_directory(arguments.experiment) ? arguments.experiment : arguments.out);
  if (arguments.resume && job().leads()) tell(mend_state(run));
  const bool resumed = !job().broadcast(fs::is_directory(arguments.experiment) ? "yes" : "").empty();
  const auto read = [&] {
    Experiment experiment = experiment_of(arguments);
    assign(arguments.flags.given(), experiment.options());
    return experiment;
  };
  if (!resumed || job().size() == 1) return read();
  return experiment_from_json(job().from_leader([&] { return to_json(read()); }), "rank 0");
}

RunDirectory directory_of(const TrainArguments& arguments, const Experiment& experiment) {
  if (fs::is_directory(arguments.experiment)) {
    require(arguments.out.empty(), "--out {}: a resumed run stays where it is.", arguments.out);
    return RunDirectory(arguments.experiment);
  }
  if (!arguments.out.empty()) {
    require_folder_place("--out", arguments.out);
    return RunDirectory(arguments.out);
  }
  require(!arguments.resume, "--resume: say which run, with --out DIR or `mdsm train DIR --resume`.");
  require_folder_place("the next run", "runs");
  const std::string data = fs::path(experiment.data.name).stem().string();
  return RunDirectory::next("runs", fmt::format("{}-{}{}", data, experiment.energy.kind, experiment.energy.width));
}

/// A run is neither overwritten nor begun by accident.
void check_directory(const TrainArguments& arguments, const Experiment& experiment, const RunDirectory& directory,
                     const Launch& launch) {
  if (!directory.is_begun()) {
    require(!arguments.resume, "{}: nothing to resume (no training-state.safetensors). Leave --resume away to start.",
            directory.path().string());
    return;
  }
  require(arguments.resume || launch.restarts > 0,
          "{}: there is a run already. Add --resume to go on with it, or choose another --out.",
          directory.path().string());
  require(arguments.from.empty(), "--from {}: a run that goes on has weights of its own. Leave --from away.",
          arguments.from);
  require_same_experiment(experiment, directory);
}

int finish(TrainOutcome outcome, const Trainer& trainer, const RunDirectory& directory, const Shape& datum_shape,
           TrainObserver& log) {
  const std::string path = directory.path().string();
  if (outcome == TrainOutcome::interrupted) {
    throw Error(fmt::format("interrupted after step {}; saved. Go on with `mdsm train {} --resume`.",
                            trainer.state().step, path),
                Fault::interrupted);
  }
  log.on_message(
      outcome == TrainOutcome::stopped
          ? fmt::format("stopped after step {}; go on with `mdsm train {} --resume`", trainer.state().step, path)
          : fmt::format("done; draw samples with `mdsm sample {} -n 64 {}`", path,
                        datum_shape.size() == 3 ? "--grid samples.png" : "--out samples.npy"));
  fmt::print("{}\n", path);
  return 0;
}

int run_train(const TrainArguments& arguments, const CommonOptions& common) {
  const Experiment experiment = experiment_with_flags(arguments);
  const RunDirectory directory(job().from_leader([&] {
    const RunDirectory here = directory_of(arguments, experiment);
    if (!arguments.dry_run) check_directory(arguments, experiment, here, common.launch);
    return here.path().string();
  }));
  const Precision precision = precision_from_name(job().from_leader([&] {
    const Precision told = arguments.compute.checked();
    require(compute_device().is_cpu(), "--device {}: trainings run on the CPU so far.", arguments.compute.device);
    return std::string(precision_name(training_precision(told, experiment, directory)));
  }));
  const TrainingData data = load_training_data(experiment);
  check_experiment(experiment, data);
  const Shape shape = data.train->info().datum_shape;
  if (!arguments.from.empty()) require_start(arguments.from, experiment, shape);
  if (arguments.dry_run) {
    fmt::print("{}\n# {}\n", to_toml(experiment), training_summary(experiment, *data.train, precision));
    for (const std::string& note : data.train->info().notes) fmt::print("# {}\n", note);
    for (const std::string& doubt : doubts_about(experiment, data)) fmt::print("# note: {}\n", doubt);
  }
  require_memory(experiment, shape, precision, data.train->held_bytes(), available_memory() / common.launch.local_size);
  if (arguments.dry_run) return 0;
  Terminal terminal(common);
  std::signal(SIGPIPE, [](int) {});  // a reader of the progress that leaves does not end a training
  const std::string new_length = job().leads() ? change_of_length(experiment, directory) : "";
  Trainer trainer = trainer_from(arguments.from, experiment, data, directory, precision);
  release_recycled_buffers();  // reading the data and their moments took other sizes than updates do
  const std::optional<int64_t> stop_at = arguments.stop_at > 0 ? std::optional(arguments.stop_at) : std::nullopt;
  const Watch watch(nullptr, [&] { return terminal.interrupted(); });
  if (!job().leads()) {
    TrainObserver silent;
    return finish(trainer.run({}, stop_at, watch), trainer, directory, shape, silent);
  }
  const int64_t step = trainer.state().step;
  Recorder recorder(directory, experiment, step);
  TrainingLog log(
      directory, experiment, recorder,
      {[&](double fraction, std::string_view text) { terminal.progress().update(fraction, text); },
       [&](std::string_view line) { terminal.say(line); }, [&](std::string_view line) { terminal.say_more(line); }});
  for (const std::string& line : training_preface(directory, experiment, data, trainer.state())) log.on_message(line);
  if (!new_length.empty()) log.on_message(new_length);
  if (!arguments.from.empty()) log.on_message("starting from the weights of " + arguments.from);
  recorder.record_start(step, precision);
  const TrainOutcome outcome = trainer.run({&recorder, &log}, stop_at, watch);
  terminal.progress().finish();
  return finish(outcome, trainer, directory, shape, log);
}

std::function<int()> declare_train(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<TrainArguments>();
  app.add_option("EXPERIMENT", arguments->experiment, "TOML file; with --resume also a run directory")->required();
  app.add_option("--set", arguments->set, "change a key of the experiment: --set train.batch=64");
  app.add_option("-o,--out", arguments->out, "run directory [the next runs/NNNNN-...]");
  app.add_flag("--resume", arguments->resume,
               "go on where the run in that directory stopped, bit for bit; with --set train.steps=N, for longer");
  app.add_option("--from", arguments->from,
                 "start a new run from the weights (the moving average) of this run, checkpoint or shipped model: same "
                 "network, data of the same shape, all else as the experiment says");
  app.add_flag("--dry-run", arguments->dry_run,
               "print the resolved experiment, the number of parameters and the memory it takes; then stop");
  arguments->flags.declare(app, "train", TrainOptions{}, {.only = {"micro_batch"}});
  app.add_option("--stop-at", arguments->stop_at, "save and stop after this update; --resume goes on")->check(counts());
  add_compute_options(app, arguments->compute);
  return [arguments, &common] { return run_train(*arguments, common); };
}

}  // namespace

const Command kTrain{"train", "Train an energy on data.", "mdsm train experiments/mnist-quick.toml --out runs/a",
                     declare_train, true};

}  // namespace mdsm::cli
