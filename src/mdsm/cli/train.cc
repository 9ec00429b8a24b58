// mdsm train EXPERIMENT.toml: trains an energy in a run directory.

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

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
#include "mdsm/system/memory.h"
#include "mdsm/system/recycle.h"
#include "mdsm/train/check_experiment.h"
#include "mdsm/train/memory_need.h"
#include "mdsm/train/recorder.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/saved_state.h"
#include "mdsm/train/start_from.h"
#include "mdsm/train/trainer.h"

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

Experiment experiment_with_flags(const TrainArguments& arguments) {
  const RunDirectory run(fs::is_directory(arguments.experiment) ? arguments.experiment : arguments.out);
  if (arguments.resume) tell(mend_state(run));
  Experiment experiment = experiment_of(arguments);
  assign(arguments.flags.given(), experiment.options());
  return experiment;
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
void check_directory(const TrainArguments& arguments, const Experiment& experiment, const RunDirectory& directory) {
  if (!directory.is_begun()) {
    require(!arguments.resume, "{}: nothing to resume (no training-state.safetensors). Leave --resume away to start.",
            directory.path().string());
    return;
  }
  require(arguments.resume, "{}: there is a run already. Add --resume to go on with it, or choose another --out.",
          directory.path().string());
  require(arguments.from.empty(), "--from {}: a run that goes on has weights of its own. Leave --from away.",
          arguments.from);
  require_same_experiment(experiment, directory);
}

/// Shows and logs how a training goes.
class Console final : public TrainObserver {
 public:
  /// \param recorder  hears everything before this does
  Console(const RunDirectory& directory, const Experiment& experiment, const Recorder& recorder, Terminal& terminal)
      : bands_(experiment.noise.sigma_min, experiment.noise.sigma_max, kLossBands),
        recorder_(recorder),
        terminal_(terminal),
        log_("train", std::make_shared<spdlog::sinks::basic_file_sink_mt>(directory.log_file().string())) {
    log_.set_pattern("%Y-%m-%d %H:%M:%S  %v");
    log_.flush_on(spdlog::level::info);
  }

  void on_step(const StepReport& report) override {
    mean_loss_ = std::isnan(mean_loss_) ? report.loss : mean_loss_ + kLossWeight * (report.loss - mean_loss_);
    const std::string of_all = report.steps > 0 ? fmt::format("/{}", report.steps) : "";
    terminal_.progress().update(report.fraction, fmt::format("step {}{}  loss {:.1f}  {:.0f} images/s", report.step,
                                                             of_all, mean_loss_, recorder_.images_per_second()));
  }
  void on_held_out(int64_t step, const HeldOutResult& result) override {
    // A band of noise that no held-out datum has, and a training loss before the first update, are no numbers.
    const auto shown = [](double value, int decimals) {
      return std::isnan(value) ? std::string("-") : fmt::format("{:.{}f}", value, decimals);
    };
    std::vector<std::string> by_band;
    for (const double mean : bands_.means(result.sigma, result.losses)) by_band.push_back(shown(mean, 1));
    on_message(fmt::format("step {}: held-out loss {:.2f} (by noise, smallest first: {}); training loss {}", step,
                           result.loss, fmt::join(by_band, ", "), shown(mean_loss_, 2)));
  }
  void on_checkpoint(const fs::path& path) override {
    const std::string text = fmt::format("wrote {}", path.string());
    terminal_.say_more(text);
    log_.info("{}", text);
  }
  void on_message(const std::string& text) override {
    terminal_.say(text);
    log_.info("{}", text);
  }

 private:
  /// Of one update in the mean loss that is shown: a memory of about twenty.
  static constexpr double kLossWeight = 0.05;

  NoiseBands bands_;
  const Recorder& recorder_;
  Terminal& terminal_;
  spdlog::logger log_;
  double mean_loss_ = std::nan("");
};

int finish(TrainOutcome outcome, const Trainer& trainer, const RunDirectory& directory, const Shape& datum_shape,
           Console& console) {
  const std::string path = directory.path().string();
  if (outcome == TrainOutcome::interrupted) {
    throw Error(fmt::format("interrupted after step {}; saved. Go on with `mdsm train {} --resume`.",
                            trainer.state().step, path),
                Fault::interrupted);
  }
  console.on_message(
      outcome == TrainOutcome::stopped
          ? fmt::format("stopped after step {}; go on with `mdsm train {} --resume`", trainer.state().step, path)
          : fmt::format("done; draw samples with `mdsm sample {} -n 64 {}`", path,
                        datum_shape.size() == 3 ? "--grid samples.png" : "--out samples.npy"));
  fmt::print("{}\n", path);
  return 0;
}

int run_train(const TrainArguments& arguments, const CommonOptions& common) {
  const Experiment experiment = experiment_with_flags(arguments);
  const RunDirectory directory = directory_of(arguments, experiment);
  if (!arguments.dry_run) check_directory(arguments, experiment, directory);
  const Precision precision = training_precision(arguments.compute.checked(), experiment, directory);
  const TrainingData data = load_training_data(experiment);
  check_experiment(experiment, data);
  const Shape shape = data.train->info().datum_shape;
  const std::vector<std::string> doubts = doubts_about(experiment, data);
  if (!arguments.from.empty()) require_start(arguments.from, experiment, shape);
  if (arguments.dry_run) {
    fmt::print("{}\n# {}\n", to_toml(experiment), training_summary(experiment, *data.train, precision));
    for (const std::string& note : data.train->info().notes) fmt::print("# {}\n", note);
    for (const std::string& doubt : doubts) fmt::print("# note: {}\n", doubt);
  }
  require_memory(experiment, shape, precision, data.train->held_bytes(), available_memory());
  if (arguments.dry_run) return 0;
  Terminal terminal(common);
  std::signal(SIGPIPE, [](int) {});  // a reader of the progress that leaves does not end a training
  const std::string new_length = change_of_length(experiment, directory);
  Trainer trainer = trainer_from(arguments.from, experiment, data, directory, precision);
  release_recycled_buffers();  // reading the data and their moments took other sizes than updates do
  const int64_t step = trainer.state().step;
  Recorder recorder(directory, experiment, step);
  Console console(directory, experiment, recorder, terminal);
  console.on_message(fmt::format("{} {}: {}", step == 0 ? "training" : "resuming", directory.path().string(),
                                 training_summary(experiment, *data.train, precision)));
  console.on_message(
      "losses: squared errors summed over the dimensions of a datum, weighted as [objective] says; means");
  for (const std::string& note : data.train->info().notes) console.on_message("note: " + note);
  for (const std::string& doubt : doubts) console.on_message("note: " + doubt);
  if (!new_length.empty()) console.on_message(new_length);
  if (!arguments.from.empty()) console.on_message("starting from the weights of " + arguments.from);
  recorder.record_start(step, precision);
  const std::optional<int64_t> stop_at = arguments.stop_at > 0 ? std::optional(arguments.stop_at) : std::nullopt;
  const Watch watch(nullptr, [&] { return terminal.interrupted(); });
  const TrainOutcome outcome = trainer.run({&recorder, &console}, stop_at, watch);
  terminal.progress().finish();
  return finish(outcome, trainer, directory, shape, console);
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
                     declare_train};

}  // namespace mdsm::cli
