#include "bindings/bindings.h"
#include "bindings/handle.h"
#include "mdsm/base/error.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/system/memory.h"
#include "mdsm/system/recycle.h"
#include "mdsm/train/check_experiment.h"
#include "mdsm/train/directory_writer.h"
#include "mdsm/train/memory_need.h"
#include "mdsm/train/recorder.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/start_from.h"
#include "mdsm/train/trainer.h"

namespace mdsm::python {
namespace {

/// What is trained, as Python tells it.
struct Request {
  std::string file;                  ///< TOML; empty: none
  std::vector<GivenOption> options;  ///< after the file
  std::optional<Tensor> array;       ///< instead of the experiment's own data
  std::string out;                   ///< run directory; empty: nothing is kept
  std::string from;
  std::string precision;
  bool resume = false;
};

/// Tells Python's functions what the trainer does.
class Listener final : public TrainObserver {
 public:
  explicit Listener(nb::dict functions) : functions_(held(std::move(functions))) {}

  void on_step(const StepReport& report) override {
    tell("on_step", [&](const nb::object& f) {
      nb::dict row;
      row["step"] = report.step;
      row["steps"] = report.steps;
      row["fraction"] = report.fraction;
      row["loss"] = report.loss;
      row["gradient_norm"] = report.gradient_norm;
      row["learning_rate"] = report.learning_rate;
      f(row);
    });
  }
  void on_held_out(int64_t step, const HeldOutResult& result) override {
    tell("on_held_out", [&](const nb::object& f) { f(step, result.loss); });
  }
  void on_message(const std::string& text) override {
    tell("on_message", [&](const nb::object& f) { f(text); });
  }

 private:
  template <class Call> void tell(const char* name, const Call& call) const {
    const Callback gil;
    const nb::object function = (*functions_)[name];
    if (!function.is_none()) call(function);
  }

  std::shared_ptr<nb::object> functions_;
};

Experiment experiment_of(const Request& request) {
  if (request.resume) return resumed_experiment(RunDirectory(request.out));
  Experiment experiment = request.file.empty() ? Experiment() : read_experiment(request.file);
  assign(request.options, experiment.options());
  experiment.options().check("train");
  return experiment;
}

/// An array of images (N, C, H, W), 8 bits or float in [0, 1], or of vectors, as the training half of a set.
TrainingData data_of(const Tensor& array, const Experiment& experiment) {
  require(array.dim() >= 2, "train: an array of shape {} (expected (N, D) or (N, C, H, W)).", to_text(array.sizes()));
  const Tensor kept = array.scalar_type() == at::kByte ? array : array.to(at::kFloat);
  const Tensor unknown = at::full({array.size(0)}, -1, at::kLong);
  const auto whole = std::make_shared<MemorySource>("array", Split::train, LabelledData{kept, unknown, {}});
  const int64_t held_out = experiment.data.held_out;
  if (held_out == 0) return {whole, nullptr};
  return {std::make_shared<SplitSource>(whole, held_out, SplitSource::Part::kept),
          std::make_shared<SplitSource>(whole, held_out, SplitSource::Part::held_out)};
}

/// A training from its data to its end.
class Training {
 public:
  Training(const Request& request, const Handle* own) : request_(request), experiment_(experiment_of(request)) {
    data_ = request.array ? data_of(*request.array, experiment_) : load_training_data(experiment_);
    check_experiment(experiment_, data_);
    const Shape shape = data_.train->info().datum_shape;
    if (!request.out.empty()) writer_ = std::make_shared<DirectoryWriter>(RunDirectory(request.out));
    else writer_ = std::make_shared<MemoryWriter>();
    trainer_ = own ? trainer_of(*own) : trainer_of(shape);
    const int64_t rank = experiment_.train.moments_rank;
    if (rank > 0) moments_ = writer_->moments(*data_.train, rank);
    release_recycled_buffers();
  }

  TrainOutcome run(Listener& listener, const Watch& watch) {
    std::vector<TrainObserver*> observers{&listener};
    std::optional<Recorder> recorder;
    if (!request_.out.empty()) {
      const int64_t step = trainer_->state().step;
      recorder.emplace(RunDirectory(request_.out), experiment_, step);
      recorder->record_start(step, trainer_->state().precision);
      observers.insert(observers.begin(), &*recorder);
    }
    return trainer_->run(observers, {}, watch);
  }

  /// The energy at the moving average of its weights, which keeps the trainer alive.
  Handle average(const std::shared_ptr<Training>& self) const {
    Handle handle;
    handle.trained.energy = {self, const_cast<Energy*>(&trainer_->average())};  // NOLINT: Handle's users do not write
    handle.trained.experiment = experiment_;
    handle.trained.step = trainer_->state().step;
    handle.trained.file = request_.out.empty() ? "a training in memory" : request_.out;
    handle.trained.moments = moments_;
    std::string& start = handle.trained.experiment.sample.start;
    if (!moments_ && start == "default") start = "noise";
    return handle;
  }
  const Parameters& raw() const { return trainer_->energy().parameters(); }
  int64_t step() const { return trainer_->state().step; }

 private:
  std::unique_ptr<Trainer> trainer_of(const Handle& own) {
    return std::make_unique<Trainer>(Trainee{.energy = own.trained.energy}, experiment_, data_, writer_);
  }
  std::unique_ptr<Trainer> trainer_of(const Shape& shape) {
    const RunDirectory directory(request_.out);
    const Precision precision = training_precision(precision_from_name(request_.precision), experiment_, directory);
    require_memory(experiment_, shape, precision, data_.train->held_bytes(), available_memory());
    const Trainee trainee = build_trainee(experiment_, shape, precision);
    if (!request_.from.empty()) start_from(request_.from, experiment_, trainee);
    return std::make_unique<Trainer>(trainee, experiment_, data_, writer_);
  }

  Request request_;
  Experiment experiment_;
  TrainingData data_;
  std::shared_ptr<RunWriter> writer_;
  std::shared_ptr<const DataMoments> moments_;  // null where train.moments_rank is 0
  std::unique_ptr<Trainer> trainer_;
};

Request request_of(const nb::dict& told) {
  Request request;
  request.file = nb::cast<std::string>(told["file"]);
  request.out = nb::cast<std::string>(told["out"]);
  request.from = nb::cast<std::string>(told["start_from"]);
  request.precision = nb::cast<std::string>(told["precision"]);
  request.resume = nb::cast<bool>(told["resume"]);
  if (!told["array"].is_none()) request.array = nb::cast<Tensor>(told["array"]);
  for (const auto& [table, values] : nb::cast<nb::dict>(told["options"])) {
    const auto given = given_options(nb::cast<std::string>(table), nb::cast<nb::dict>(values));
    request.options.insert(request.options.end(), given.begin(), given.end());
  }
  const RunDirectory run(request.out);
  const bool there = !request.out.empty() && run.has_state();
  require(request.resume == there || request.out.empty(), "{}: {}", request.out,
          there ? "there is a run already. Pass resume=True to go on with it, or another out."
                : "nothing to resume. Leave resume away to start.");
  require(!request.resume || !request.out.empty(), "train: resume needs out, the run directory.");
  return request;
}

}  // namespace

void declare_training(nb::module_& module) {
  nb::class_<Training>(module, "Training", "A training that ended.")
      .def_prop_ro("step", &Training::step)
      .def_prop_ro("parameters", [](const Training& t) { return named_tensors(t.raw()); });
  module.def(
      "training",
      [](const nb::dict& told, const Handle* own) {
        const Request request = request_of(told);
        const Work work;
        return std::make_shared<Training>(request, own);
      },
      nb::arg("told"), nb::arg("energy").none());
  module.def("run_training", [](Training& training, const nb::dict& functions) {
    Listener listener(functions);
    const StopOnSignal stop;
    TrainOutcome outcome{};
    {
      const Work work;
      outcome = training.run(listener, stop.watch());
    }
    stop.raise_if_interrupted();
    return outcome == TrainOutcome::finished;
  });
  module.def("average_energy", [](const std::shared_ptr<Training>& training) { return training->average(training); });
}

}  // namespace mdsm::python
