#include "mdsm/train/trainer.h"

#include "mdsm/base/error.h"
#include "mdsm/parallel/job.h"
#include "mdsm/sample/draw.h"
#include "mdsm/train/agreement.h"
#include "mdsm/train/check_experiment.h"
#include "mdsm/train/directory_writer.h"
#include "mdsm/train/ranked_writer.h"
#include "mdsm/train/resume.h"
#include "mdsm/train/sample_grid.h"

namespace mdsm {
namespace {

constexpr int64_t kMostRollbacks = 2;

/// Training draws from another seed after each rollback: the batch that exploded must not come again.
uint64_t draw_seed(const Experiment& experiment, int64_t rollbacks) {
  return static_cast<uint64_t>(experiment.train.seed) + static_cast<uint64_t>(rollbacks) * 0x9E3779B97F4A7C15U;
}

bool is_due(int64_t step, int64_t every, bool last) { return every > 0 && (step % every == 0 || last); }

const Shape& shape_of(const TrainingData& data) {
  require(data.train != nullptr, "Trainer: no data to train on.");
  return data.train->info().datum_shape;
}

Trainee checked(Trainee trainee, const TrainingData& data) {
  require(trainee.energy != nullptr, "Trainer: no energy to train.");
  const Shape& shape = shape_of(data);
  require(trainee.energy->datum_shape() == shape, "Trainer: data of shape {} (the energy takes {}).", to_text(shape),
          to_text(trainee.energy->datum_shape()));
  return trainee;
}

/// The writer of all ranks.
std::shared_ptr<RunWriter> of_ranks(std::shared_ptr<RunWriter> writer) {
  if (!writer) return std::make_shared<MemoryWriter>();
  return job().size() == 1 ? writer : std::make_shared<RankedWriter>(std::move(writer));
}

/// Rank 0's clock, which all ranks read at the same places.
SecondsClock of_ranks(SecondsClock clock) {
  if (job().size() == 1) return clock;
  return [clock = std::move(clock)] {
    const Tensor now = at::scalar_tensor(clock(), at::kDouble);
    job().broadcast(now);
    return now.item<double>();
  };
}

/// Holds the writer's place while it lives.
class Held {
 public:
  explicit Held(RunWriter& writer) : writer_(writer) { writer_.hold(); }
  ~Held() { writer_.release(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  RunWriter& writer_;
};

}  // namespace

Trainer::Trainer(Trainee trainee, const Experiment& experiment, TrainingData data, std::shared_ptr<RunWriter> writer,
                 SecondsClock clock)
    : experiment_(experiment),
      data_(std::move(data)),
      trainee_(checked(std::move(trainee), data_)),
      writer_(of_ranks(std::move(writer))),
      clock_(of_ranks(std::move(clock))),
      optimizer_(build_optimizer(experiment.train, trainee_.energy->parameters())),
      state_(initial_state(*trainee_.energy, *optimizer_)),
      average_(averaged(trainee_, state_.theta)),
      norm_watch_(experiment.train.explosion),
      gradients_(Gradients::zeros_like(trainee_.energy->parameters())) {
  state_.precision = trainee_.precision;
  state_.origin = trainee_.origin;
  if (data_.held_out && experiment_.train.evaluate_every > 0) {
    held_out_ = std::make_unique<HeldOutLoss>(*data_.held_out, experiment_);
  }
  begin();
}

Trainer::Trainer(const Experiment& experiment, const TrainingData& data, const RunDirectory& directory,
                 Precision precision)
    : Trainer(build_trainee(experiment, shape_of(data), training_precision(precision, experiment, directory)),
              experiment, data, std::make_shared<DirectoryWriter>(directory)) {}

void Trainer::begin() {
  check_experiment(experiment_, data_);
  require_agreement(experiment_, data_, trainee_.precision);
  notice_ = writer_->begin(experiment_);
  const int64_t rank = experiment_.train.moments_rank;
  if (rank > 0) moments_ = writer_->moments(*data_.train, rank);
  if (writer_->read_state(state_, trainee_.energy->parameters())) {
    if (state_.precision != trainee_.precision) {
      notice_ +=
          fmt::format("{}going on in {} where the run was begun in {}: not bit for bit what it would have been.",
                      notice_.empty() ? "" : " ", precision_name(trainee_.precision), precision_name(state_.precision));
    }
    state_.precision = trainee_.precision;
    if (trainee_.conv_choice) trainee_.conv_choice->adopt(state_.convolutions);
  } else {
    writer_->write_state(state_, trainee_.energy->parameters());
  }
  norm_watch_.restore(state_.norm);
  if (experiment_.train.minutes > 0) budget_.emplace(experiment_.train.minutes, state_.seconds, clock_);
  prepare_draws();
  share_methods();
}

/// Ranks that would each measure their convolutions would round otherwise, and measure while others compute: rank 0
/// takes a step alone, whose result nobody sees, and tells the others what it has chosen.
void Trainer::share_methods() {
  if (job().size() == 1 || !trainee_.conv_choice) return;
  const std::string chosen = job().from_leader([&] {
    const Solo alone;
    static_cast<void>((*step_)(*trainee_.energy, state_.step, gradients_));
    return to_json(trainee_.conv_choice->chosen());
  });
  trainee_.conv_choice->adopt(choices_from_json(chosen, "rank 0"));
}

double Trainer::done() const {
  const double share =
      budget_ ? budget_->progress() : static_cast<double>(state_.step) / static_cast<double>(experiment_.train.steps);
  return std::min(share, 1.0);
}

bool Trainer::asked_to_stop(const Watch& watch) const {
  try {
    watch.update(done(), fmt::format("made {} updates", state_.step));
  } catch (const Error& error) {
    if (error.fault() == Fault::interrupted) return true;
    throw;
  }
  return false;
}

TrainOutcome Trainer::run(std::vector<TrainObserver*> list, std::optional<int64_t> stop_at, const Watch& watch) {
  const Held held(*writer_);
  TrainObservers observers(std::move(list));
  if (!notice_.empty()) observers.on_message(std::exchange(notice_, ""));
  const int64_t stop = stop_at.value_or(std::numeric_limits<int64_t>::max());
  const bool heard = job().any(!observers.empty());
  bool finished = done() >= 1;
  while (!finished && state_.step < stop) {
    const double waited = job().waited();
    if (job().any(asked_to_stop(watch))) {
      save(observers);
      return TrainOutcome::interrupted;
    }
    const StepValues values = (*step_)(*trainee_.energy, state_.step, gradients_);
    const StepNumbers numbers{values.loss.item<double>(), values.norm.item<double>()};
    const std::optional<double> elapsed = budget_ ? std::optional(budget_->progress()) : std::nullopt;
    const StepDecision decision =
        decide(experiment_.train, norm_watch_, {state_.step, state_.rollbacks, elapsed}, numbers);
    if (decision.explosion) {
      roll_back(numbers, observers);
      continue;
    }
    finished = update(values, numbers, decision.update, observers, job().waited() - waited);
    after_update(finished ? Last::yes : Last::no, observers, heard);
  }
  if (!finished) save(observers);
  return finished ? TrainOutcome::finished : TrainOutcome::stopped;
}

bool Trainer::update(const StepValues& values, const StepNumbers& numbers, const UpdateStep& step,
                     TrainObserver& observer, double waited) {
  optimizer_->update(state_.theta, gradients_.flat(), step);
  norm_watch_.record(numbers.loss, numbers.norm);
  state_.norm = norm_watch_.state();
  ++state_.step;
  const double fraction = done();
  observer.on_step({.step = state_.step,
                    .steps = budget_ ? 0 : experiment_.train.steps,
                    .fraction = fraction,
                    .loss = numbers.loss,
                    .losses = values.losses,
                    .sigma = values.sigma,
                    .gradient_norm = numbers.norm,
                    .learning_rate = step.learning_rate,
                    .precision = state_.precision,
                    .waited = waited});
  return fraction >= 1;
}

void Trainer::roll_back(const StepNumbers& numbers, TrainObserver& observer) {
  const int64_t rollbacks = state_.rollbacks + 1;
  const std::string what =
      fmt::format("training exploded at step {}: loss {:.4g}, gradient norm {:.4g} (usual: {:.4g})", state_.step + 1,
                  numbers.loss, numbers.norm, norm_watch_.usual());
  if (rollbacks > kMostRollbacks) {
    fail(
        "{}, for the third time. Lower train.learning_rate (now {:g}), or set train.clip. The last good state is in "
        "{}.",
        what, experiment_.train.learning_rate, writer_->state_place());
  }
  writer_->read_state(state_, trainee_.energy->parameters());
  state_.precision = trainee_.precision;
  state_.rollbacks = rollbacks;
  norm_watch_.restore(state_.norm);
  prepare_draws();
  observer.on_rollback(state_.step);
  observer.on_message(fmt::format("{}. Going back to step {} with half the learning rate and other noise ({} of {}).",
                                  what, state_.step, rollbacks, kMostRollbacks));
}

void Trainer::after_update(Last last, TrainObservers& observers, bool heard) {
  const TrainOptions& options = experiment_.train;
  const bool final_update = last == Last::yes;
  if (held_out_ && is_due(state_.step, options.evaluate_every, final_update)) {
    observers.on_held_out(state_.step, (*held_out_)(*average_));
  }
  if (is_due(state_.step, options.checkpoint_every, final_update)) save(observers);
  if (heard && is_due(state_.step, options.sample_every, final_update)) {
    observers.on_samples(state_.step, draw_grid(*average_, experiment_, moments_));
  }
}

void Trainer::save(TrainObserver& observer) {
  require_same_weights(state_);
  const auto checkpoint = writer_->write_checkpoint(*average_, state_.step, moments_.get(), trainee_.origin);
  if (trainee_.conv_choice) {
    // Beside those of before: a run that makes no update now has used none.
    for (const auto& [work, method] : trainee_.conv_choice->chosen()) state_.convolutions[work] = method;
  }
  if (budget_) state_.seconds = budget_->used();
  writer_->write_state(state_, trainee_.energy->parameters());
  if (checkpoint) observer.on_checkpoint(*checkpoint);
}

void Trainer::prepare_draws() {
  step_ = std::make_unique<TrainingStep>(data_.train, experiment_, draw_seed(experiment_, state_.rollbacks));
}

}  // namespace mdsm
