#include "mdsm/train/sample_grid.h"

#include "mdsm/base/seeds.h"
#include "mdsm/sample/draw.h"

namespace mdsm {

SampleOptions grid_options(const Experiment& experiment) {
  SampleOptions sample = experiment.sample;
  const bool has_own_length = sampler_kind(sample.sampler) == SamplerKind::thermal && sample.schedule == "list";
  if (experiment.train.sample_steps > 0 && !has_own_length) sample.steps = experiment.train.sample_steps;
  return sample;
}

Tensor draw_grid(const Energy& average, const Experiment& experiment,
                 const std::shared_ptr<const DataMoments>& moments) {
  const std::vector<uint64_t> seeds = consecutive_seeds(0, experiment.train.sample_count);
  return draw_samples(average, grid_options(experiment), sample_context(experiment, moments), seeds).samples;
}

}  // namespace mdsm
