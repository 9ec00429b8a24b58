// mdsm train EXPERIMENT.toml: trains an energy in a run directory.

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/cli/command.h"
#include "mdsm/cli/compute.h"
#include "mdsm/cli/terminal.h"
#include "mdsm/energy/training_memory.h"
#include "mdsm/system/memory.h"
#include "mdsm/train/recorder.h"
#include "mdsm/train/trainer.h"

namespace mdsm::cli {
namespace {

namespace fs = std::filesystem;

struct TrainArguments {
  std::string experiment;
  std::vector<std::string> set;
  std::string out;
  int64_t micro_batch = 0;
  int64_t stop_at = 0;
  bool resume = false;
  bool dry_run = false;
  ComputeOptions compute;
};

/// Options that may differ when a run is resumed: they do not change what is learned up to any step.
constexpr std::array kFree{"train.log_every",    "train.evaluate_every", "train.evaluate_count",  "train.sample_every",
                           "train.sample_count", "train.sample_steps",   "train.checkpoint_every"};

bool is_free(const std::string& name) {
  return name.starts_with("sample.") || std::find(kFree.begin(), kFree.end(), name) != kFree.end();
}

/// The experiment of the file, or of a run directory that is resumed; with the changes of the command line.
Experiment experiment_of(const TrainArguments& arguments) {
  std::vector<std::string> set = arguments.set;
  if (arguments.micro_batch > 0) set.push_back(fmt::format("train.micro_batch={}", arguments.micro_batch));
  if (!fs::is_directory(arguments.experiment)) return read_experiment(arguments.experiment, set);
  const RunDirectory run(arguments.experiment);
  require(arguments.resume, "{}: this is a folder, not an experiment. To go on with a run, add --resume.",
          arguments.experiment);
  require(run.has_state(),
          "{}: no training-state.safetensors here: nothing to resume. Pass the run directory of `mdsm train`.",
          arguments.experiment);
  Experiment experiment = experiment_from_json(experiment_of_state(run.state_file()), run.state_file().string());
  const OptionList options = experiment.options();
  for (const std::string& assignment : set) set_from_text(assignment, options);
  return experiment;
}

RunDirectory directory_of(const TrainArguments& arguments, const Experiment& experiment) {
  if (fs::is_directory(arguments.experiment)) {
    require(arguments.out.empty(), "--out {}: a resumed run stays where it is.", arguments.out);
    return RunDirectory(arguments.experiment);
  }
  if (!arguments.out.empty()) return RunDirectory(arguments.out);
  require(!arguments.resume, "--resume: say which run, with --out DIR or `mdsm train DIR --resume`.");
  const std::string data = fs::path(experiment.data.name).stem().string();
  return RunDirectory::next("runs", fmt::format("{}-{}{}", data, experiment.energy.kind, experiment.energy.width));
}

/// A run is neither overwritten nor continued with other settings by accident.
void check_directory(const TrainArguments& arguments, const Experiment& experiment, const RunDirectory& directory) {
  if (!directory.has_state()) {
    require(!arguments.resume, "{}: nothing to resume (no training-state.safetensors). Leave --resume away to start.",
            directory.path().string());
    return;
  }
  require(arguments.resume, "{}: there is a run already. Add --resume to go on with it, or choose another --out.",
          directory.path().string());
  const std::string state = directory.state_file().string();
  std::vector<std::string> changed = differences(experiment, experiment_from_json(experiment_of_state(state), state));
  std::erase_if(changed, is_free);
  require(changed.empty(),
          "{}: the run was begun with other values of {}. Resume with the same ones, or start a new run.",
          directory.path().string(), fmt::join(changed, ", "));
}

int64_t batch_in_memory(const TrainOptions& options) {
  return options.micro_batch == 0 ? options.batch : std::min(options.batch, options.micro_batch);
}

/// Refuses what would not fit into memory, and says which micro-batch would.
void check_memory(const Experiment& experiment, const Shape& shape, Precision precision) {
  const auto estimate = [&](int64_t data) {
    return estimate_training_memory(experiment.energy, shape, data, precision);
  };
  const int64_t available = available_memory();
  int64_t batch = batch_in_memory(experiment.train);
  const int64_t needed = estimate(batch);
  if (needed <= available) return;
  while (batch > 1 && estimate(batch) > available) batch /= 2;
  reject("training needs about {} and {} are free. {}", format_bytes(needed), format_bytes(available),
         estimate(batch) <= available ? fmt::format("Use --micro-batch {} (the same result, in pieces).", batch)
                                      : "Use a narrower network (energy.width).");
}

std::string summary(const Experiment& experiment, const Shape& shape, Precision precision) {
  const int64_t batch = batch_in_memory(experiment.train);
  return fmt::format("{} parameters, data {}, about {} of memory for training (batches of {}, {})",
                     format_count(energy_parameter_count(experiment.energy, shape)), to_text(shape),
                     format_bytes(estimate_training_memory(experiment.energy, shape, batch, precision)), batch,
                     precision_name(resolved_precision(precision, experiment.energy)));
}

/// Records the run, and shows and logs how it goes.
class Console final : public Recorder {
 public:
  Console(const RunDirectory& directory, const Experiment& experiment, int64_t step, Terminal& terminal)
      : Recorder(directory, experiment, step),
        terminal_(terminal),
        log_("train", std::make_shared<spdlog::sinks::basic_file_sink_mt>(directory.log_file().string())) {
    log_.set_pattern("%Y-%m-%d %H:%M:%S  %v");
    log_.flush_on(spdlog::level::info);
  }

  void on_step(const StepReport& report) override {
    Recorder::on_step(report);
    mean_loss_ = std::isnan(mean_loss_) ? report.loss : mean_loss_ + 0.05 * (report.loss - mean_loss_);
    const std::string of_all = report.steps > 0 ? fmt::format("/{}", report.steps) : "";
    terminal_.progress().update(report.fraction, fmt::format("step {}{}  loss {:.1f}  {:.0f} images/s", report.step,
                                                             of_all, mean_loss_, images_per_second()));
  }
  void on_held_out(int64_t step, const StepResult& result) override {
    Recorder::on_held_out(step, result);
    const std::vector<double> by_band = bands().means(result.sigma, result.losses);
    on_message(fmt::format("step {}: held-out loss {:.2f} (by noise, smallest first: {:.1f}); training loss {:.2f}",
                           step, result.loss, fmt::join(by_band, ", "), mean_loss_));
  }
  void on_checkpoint(const fs::path& path) override { log_only(fmt::format("wrote {}", path.string())); }
  void on_message(const std::string& text) override {
    terminal_.say(text);
    log_.info("{}", text);
  }
  void log_only(const std::string& text) {
    terminal_.say_more(text);
    log_.info("{}", text);
  }

 private:
  Terminal& terminal_;
  spdlog::logger log_;
  double mean_loss_ = std::nan("");
};

int finish(TrainOutcome outcome, const Trainer& trainer, const RunDirectory& directory, Console& console) {
  const std::string path = directory.path().string();
  if (outcome == TrainOutcome::interrupted) {
    throw Error(fmt::format("interrupted after step {}; saved. Go on with `mdsm train {} --resume`.",
                            trainer.state().step, path),
                Fault::interrupted);
  }
  console.on_message(
      outcome == TrainOutcome::stopped
          ? fmt::format("stopped after step {}; go on with `mdsm train {} --resume`", trainer.state().step, path)
          : fmt::format("done; draw samples with `mdsm sample {} -n 64 --grid samples.png`", path));
  fmt::print("{}\n", path);
  return 0;
}

/// That of a run that goes on unless the command line says another.
Precision precision_for(const TrainArguments& arguments, const Experiment& experiment, const RunDirectory& directory) {
  const Precision wanted = arguments.compute.checked();
  if (wanted == Precision::automatic && directory.has_state()) return precision_of_state(directory.state_file());
  return resolved_precision(wanted, experiment.energy);
}

int run_train(const TrainArguments& arguments, const CommonOptions& common) {
  const Experiment experiment = experiment_of(arguments);
  const RunDirectory directory = directory_of(arguments, experiment);
  if (!arguments.dry_run) check_directory(arguments, experiment, directory);
  const Precision precision = precision_for(arguments, experiment, directory);
  const TrainingData data = load_training_data(experiment);
  const Shape shape = data.train->info().datum_shape;
  if (arguments.dry_run) {
    fmt::print("{}\n# {}\n", to_toml(experiment), summary(experiment, shape, precision));
    return 0;
  }
  check_memory(experiment, shape, precision);
  Terminal terminal(common);
  Trainer trainer(experiment, data, directory, precision);
  Console console(directory, experiment, trainer.state().step, terminal);
  console.on_message(fmt::format("{} {}: {}", trainer.state().step == 0 ? "training" : "resuming",
                                 directory.path().string(), summary(experiment, shape, precision)));
  console.record_start(trainer.state().step, precision);
  const std::optional<int64_t> stop_at = arguments.stop_at > 0 ? std::optional(arguments.stop_at) : std::nullopt;
  const TrainOutcome outcome = trainer.run(console, terminal.interrupt(), stop_at);
  terminal.progress().finish();
  return finish(outcome, trainer, directory, console);
}

std::function<int()> declare_train(CLI::App& app, const CommonOptions& common) {
  auto arguments = std::make_shared<TrainArguments>();
  app.add_option("EXPERIMENT", arguments->experiment, "TOML file; with --resume also a run directory")->required();
  app.add_option("--set", arguments->set, "change a key of the experiment: --set train.batch=64");
  app.add_option("-o,--out", arguments->out, "run directory [the next runs/NNNNN-...]");
  app.add_flag("--resume", arguments->resume, "go on where the run in that directory stopped, bit for bit");
  app.add_flag("--dry-run", arguments->dry_run,
               "print the resolved experiment, the number of parameters and the memory it takes; then stop");
  app.add_option("--micro-batch", arguments->micro_batch,
                 "split batches into pieces of this size; same result, less memory")
      ->check(CLI::PositiveNumber);
  app.add_option("--stop-at", arguments->stop_at, "save and stop after this update; --resume goes on")
      ->check(CLI::PositiveNumber);
  add_compute_options(app, arguments->compute);
  return [arguments, &common] { return run_train(*arguments, common); };
}

}  // namespace

const Command kTrain{"train", "Train an energy on data.", "mdsm train experiments/mnist-quick.toml --out runs/a",
                     declare_train};

}  // namespace mdsm::cli
