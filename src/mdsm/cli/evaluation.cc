#include "mdsm/cli/evaluation.h"

#include "mdsm/base/error.h"
#include "mdsm/base/seeds.h"
#include "mdsm/formats/file.h"

namespace mdsm::cli {

const TrainedEnergy& EvaluationContext::trained() {
  require(has_run(), "this evaluation needs a run. Name its directory or a checkpoint: `mdsm evaluate RUN ...`.");
  if (trained_) return *trained_;
  const Precision told = options.compute.checked();
  trained_ = load_trained_energy(options.run, options.raw ? Weights::raw : Weights::average,
                                 told == Precision::automatic ? preferred_ : told);
  return *trained_;
}

std::vector<uint64_t> EvaluationContext::seeds(int64_t count, int64_t first) const {
  return consecutive_seeds(options.seed + static_cast<uint64_t>(first), count);
}

std::filesystem::path EvaluationContext::out_folder() const {
  if (!options.out.empty()) make_folders(options.out);
  return options.out;
}

Tensor EvaluationContext::draw(const TrainedEnergy& energy, const std::vector<uint64_t>& seeds,
                               const SampleOptions& sampler, int64_t before, int64_t total) {
  const auto part = [&](int64_t count) { return static_cast<double>(count) / static_cast<double>(total); };
  const Watch watch = terminal.watch().part(part(before), part(before + static_cast<int64_t>(seeds.size())),
                                            fmt::format("drew {} of {} samples", before, total));
  const Drawn drawn = draw_samples(*energy.energy, sampler, energy.sample_context(), seeds, {}, watch);
  gradients_per_sample_ = drawn.gradients_per_sample;
  return drawn.samples;
}

}  // namespace mdsm::cli
