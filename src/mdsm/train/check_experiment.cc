#include "mdsm/train/check_experiment.h"

#include "mdsm/base/error.h"
#include "mdsm/base/text.h"
#include "mdsm/noise/levels.h"
#include "mdsm/objective/denoising_score_matching.h"
#include "mdsm/sample/registry.h"
#include "mdsm/sample/sampler.h"
#include "mdsm/train/sample_grid.h"

namespace mdsm {
namespace {

/// Samples can be drawn, after the training and while it goes on.
void check_sampling(const Experiment& experiment) {
  const bool keeps_moments = experiment.train.moments_rank > 0;
  const auto moments = std::make_shared<const DataMoments>();  // of the training, later
  static_cast<void>(build_sampler(experiment.sample, sample_context(experiment, moments)));
  if (experiment.train.sample_every > 0) {
    static_cast<void>(
        build_sampler(grid_options(experiment), sample_context(experiment, keeps_moments ? moments : nullptr)));
  }
}

}  // namespace

void check_experiment(const Experiment& experiment, const TrainingData& data) {
  const TrainOptions& train = experiment.train;
  NoiseOptions noise = experiment.noise;
  noise.count = 1;  // its range is what is looked at
  static_cast<void>(NoiseLevels(noise, 1, 0));
  static_cast<void>(DenoisingScoreMatching(experiment.objective));
  const Shape& shape = data.train->info().datum_shape;
  require(!experiment.data.flip || shape.size() == 3,
          "data.flip = true: data of shape {} cannot be mirrored. Leave it.", to_text(shape));
  require(train.evaluate_every == 0 || !data.held_out || data.held_out->size() >= 1,
          "train.evaluate_every = {}: no data are held out. Set data.held_out or train.evaluate_every = 0.",
          train.evaluate_every);
  require(train.moments_rank == 0 || data.train->size() > 1,
          "train.moments_rank = {}: a single training datum has no covariance. Give more data, or set it to 0.",
          train.moments_rank);
  check_sampling(experiment);
}

std::vector<std::string> doubts_about(const Experiment& experiment, const TrainingData& data) {
  std::vector<std::string> doubts;
  const TrainOptions& train = experiment.train;
  const int64_t size = data.train->size();
  if (train.batch > size) {
    doubts.push_back(
        fmt::format("train.batch = {} is more than the {} training data: a batch has each several times, "
                    "with other noise.",
                    train.batch, format_count(size)));
  }
  if (train.warmup >= train.steps && train.minutes == 0)
    doubts.push_back(fmt::format("train.warmup = {}: the learning rate never reaches its full size in {} updates.",
                                 train.warmup, train.steps));
  if (experiment.noise.count == 1 && experiment.noise.sigma_max > experiment.noise.sigma_min &&
      experiment.noise.levels != "continuous")
    doubts.push_back("noise.count = 1: noise.sigma_min alone is trained on, not the levels up to noise.sigma_max.");
  return doubts;
}

}  // namespace mdsm
