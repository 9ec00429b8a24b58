#include "mdsm/train/trainer.h"

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/data/memory_source.h"
#include "mdsm/formats/file.h"
#include "mdsm/formats/safetensors.h"
#include "mdsm/run/checkpoint.h"
#include "mdsm/sample/draw.h"
#include "mdsm/train/schedule.h"

namespace mdsm {
namespace {

constexpr int64_t kMostRollbacks = 2;

/// Training draws from another seed after each rollback: the batch that exploded must not come again.
uint64_t draw_seed(const Experiment& experiment, int64_t rollbacks) {
  return static_cast<uint64_t>(experiment.train.seed) + static_cast<uint64_t>(rollbacks) * 0x9E3779B97F4A7C15U;
}

bool is_due(int64_t step, int64_t every, bool last) { return every > 0 && (step % every == 0 || last); }

/// How the samples that are looked at during training are drawn: as samples are, but in train.sample_steps gradients.
SampleOptions grid_options(const Experiment& experiment) {
  SampleOptions sample = experiment.sample;
  const bool has_own_length = sampler_kind(sample.sampler) == SamplerKind::thermal && sample.schedule == "list";
  if (experiment.train.sample_steps > 0 && !has_own_length) sample.steps = experiment.train.sample_steps;
  return sample;
}

/// The samples of the seeds 0, 1, ...
Tensor draw_grid(const Energy& average, const Experiment& experiment,
                 const std::shared_ptr<const DataMoments>& moments) {
  const std::vector<uint64_t> seeds = consecutive_seeds(0, experiment.train.sample_count);
  return draw_samples(average, grid_options(experiment), sample_context(experiment, moments), seeds).samples;
}

}  // namespace

Trainer::Trainer(const Experiment& experiment, const TrainingData& data, const RunDirectory& directory,
                 Precision precision)
    : experiment_(experiment), data_(data), directory_(directory), watch_(experiment.train.explosion) {
  begin(precision);
  gradients_ = Gradients::zeros_like(energy_->parameters());
  if (data_.held_out && experiment_.train.evaluate_every > 0) {
    held_out_ = std::make_unique<HeldOutLoss>(data_.held_out, experiment_);
  }
  directory_.create();
  remove_leftovers(directory_.state_file());
  prepare_moments();
  // What cannot be sampled is an error now, not at the first grid.
  if (experiment_.train.sample_every > 0)
    build_sampler(grid_options(experiment_), sample_context(experiment_, moments_));
  if (directory_.has_state()) {
    load_state(directory_.state_file(), state_, energy_->parameters());
    conv_choice_->adopt(state_.convolutions);
  } else {
    save_state(directory_.state_file(), state_, energy_->parameters(), to_json(experiment_));
  }
  write_file_atomically(directory_.experiment_file(), to_toml(experiment_));
  watch_.restore(state_.norm);
  if (experiment_.train.minutes > 0) budget_.emplace(experiment_.train.minutes, state_.seconds);
  prepare_draws();
}

void Trainer::prepare_moments() {
  if (experiment_.train.moments_rank == 0) return;
  const std::filesystem::path file = directory_.moments_file();
  remove_leftovers(file);
  if (!std::filesystem::exists(file)) {
    SafeTensors content;
    content.tensors = moment_tensors(fit_moments(*data_.train, {.rank = experiment_.train.moments_rank}));
    content.metadata = {{"format", "mdsm-moments-1"}};
    write_safetensors(file, content);
  }
  moments_ = moments_of(read_safetensors(file).tensors, data_.train->info().datum_shape, file.string());
  require(moments_ != nullptr, "{}: no moments in it (damaged?). Remove it: it is made again.", file.string());
}

void Trainer::begin(Precision wanted) {
  BuildOptions build{.sigma0 = experiment_.objective.sigma0, .precision = wanted, .conv_choice = machine_conv_choice()};
  if (directory_.has_state()) {
    const Precision before = precision_of_state(directory_.state_file());
    if (wanted == Precision::automatic) build.precision = before;
    if (build.precision != before) {
      notice_ = fmt::format("going on in {} where the run was begun in {}: not bit for bit what it would have been.",
                            precision_name(build.precision), precision_name(before));
    }
  }
  build.precision = resolved_precision(build.precision, experiment_.energy);
  const Shape shape = data_.train->info().datum_shape;
  const auto seed = static_cast<uint64_t>(experiment_.train.seed);
  average_ = build_energy(experiment_.energy, shape, seed, build);
  build.conv_choice = conv_choice_ = new_machine_conv_choice();
  energy_ = build_energy(experiment_.energy, shape, seed, build);
  state_ = initial_state(*energy_, *average_);
  state_.precision = build.precision;
  if (experiment_.train.optimizer == "muon") muon_.emplace(energy_->parameters());
}

bool Trainer::is_finished() const {
  return budget_ ? budget_->progress() >= 1 : state_.step >= experiment_.train.steps;
}

TrainOutcome Trainer::run(TrainObserver& observer, const std::atomic<bool>& interrupt, std::optional<int64_t> stop_at) {
  if (!notice_.empty()) observer.on_message(std::exchange(notice_, ""));
  const int64_t stop = stop_at.value_or(std::numeric_limits<int64_t>::max());
  bool finished = is_finished();
  while (!finished && state_.step < stop) {
    if (interrupt) {
      save(observer);
      return TrainOutcome::interrupted;
    }
    const StepResult result = (*step_)(*energy_, state_.step, gradients_);
    const double norm = gradient_norm(gradients_.flat());
    if (watch_.is_explosion(result.loss, norm)) {
      roll_back(result.loss, norm, observer);
      continue;
    }
    finished = update(result, norm, observer) >= 1;
    after_update(finished ? Last::yes : Last::no, observer);
  }
  if (!finished) save(observer);
  return finished ? TrainOutcome::finished : TrainOutcome::stopped;
}

double Trainer::update(const StepResult& result, double norm, TrainObserver& observer) {
  const TrainOptions& options = experiment_.train;
  AdamStep step{.beta1 = options.beta1, .beta2 = options.beta2, .epsilon = options.epsilon};
  const std::optional<double> elapsed = budget_ ? std::optional(budget_->progress()) : std::nullopt;
  step.learning_rate =
      learning_rate_at(options, state_.step, elapsed) * std::pow(0.5, static_cast<double>(state_.rollbacks));
  step.gradient_scale = options.clip > 0 && norm > options.clip ? options.clip / norm : 1;
  step.average_decay = average_decay_at(options, state_.step);
  if (muon_) muon_->update(state_.adam, gradients_.flat(), state_.step + 1, step);
  else adam_update(state_.adam, gradients_.flat(), state_.step + 1, step);
  watch_.record(result.loss, norm);
  state_.norm = watch_.state();
  ++state_.step;
  const double done =
      budget_ ? budget_->progress() : static_cast<double>(state_.step) / static_cast<double>(options.steps);
  observer.on_step({.step = state_.step,
                    .steps = budget_ ? 0 : options.steps,
                    .fraction = std::min(done, 1.0),
                    .loss = result.loss,
                    .losses = result.losses,
                    .sigma = result.sigma,
                    .gradient_norm = norm,
                    .learning_rate = step.learning_rate,
                    .precision = state_.precision});
  return done;
}

void Trainer::roll_back(double loss, double norm, TrainObserver& observer) {
  const int64_t rollbacks = state_.rollbacks + 1;
  const std::string what =
      fmt::format("training exploded at step {}: loss {:.4g}, gradient norm {:.4g} (usual: {:.4g})", state_.step + 1,
                  loss, norm, watch_.usual());
  if (rollbacks > kMostRollbacks) {
    fail(
        "{}, for the third time. Lower train.learning_rate (now {:g}), or set train.clip. The last good state is in "
        "{}.",
        what, experiment_.train.learning_rate, directory_.state_file().string());
  }
  load_state(directory_.state_file(), state_, energy_->parameters());
  state_.rollbacks = rollbacks;
  watch_.restore(state_.norm);
  prepare_draws();
  observer.on_rollback(state_.step);
  observer.on_message(fmt::format("{}. Going back to step {} with half the learning rate and other noise ({} of {}).",
                                  what, state_.step, rollbacks, kMostRollbacks));
}

void Trainer::after_update(Last last, TrainObserver& observer) {
  const TrainOptions& options = experiment_.train;
  const bool final_update = last == Last::yes;
  if (held_out_ && is_due(state_.step, options.evaluate_every, final_update)) {
    observer.on_held_out(state_.step, (*held_out_)(*average_));
  }
  if (is_due(state_.step, options.checkpoint_every, final_update)) save(observer);
  if (is_due(state_.step, options.sample_every, final_update)) {
    observer.on_samples(state_.step, draw_grid(*average_, experiment_, moments_));
  }
}

void Trainer::save(TrainObserver& observer) {
  const std::filesystem::path checkpoint = directory_.checkpoint_file(state_.step);
  write_checkpoint(checkpoint, *average_, experiment_, state_.step, moments_.get());
  state_.convolutions = conv_choice_->chosen();
  if (budget_) state_.seconds = budget_->used();
  save_state(directory_.state_file(), state_, energy_->parameters(), to_json(experiment_));
  observer.on_checkpoint(checkpoint);
}

TrainingData load_training_data(const Experiment& experiment) {
  const auto whole = load_source(experiment.data, Split::train);
  const int64_t aside = experiment.data.held_out;
  if (aside == 0) return {whole, nullptr};
  return {std::make_shared<SplitSource>(whole, aside, SplitSource::Part::kept),
          std::make_shared<SplitSource>(whole, aside, SplitSource::Part::held_out)};
}

void Trainer::prepare_draws() {
  step_ = std::make_unique<TrainingStep>(data_.train, experiment_, draw_seed(experiment_, state_.rollbacks));
}

}  // namespace mdsm
