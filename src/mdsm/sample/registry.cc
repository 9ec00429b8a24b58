#include "mdsm/sample/registry.h"

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/sample/adaptive.h"
#include "mdsm/sample/ancestral.h"
#include "mdsm/sample/heun.h"
#include "mdsm/sample/hmc.h"
#include "mdsm/sample/langevin.h"
#include "mdsm/sample/options.h"

namespace mdsm {
namespace {

/// What a builder works with.
struct Plan {
  const SampleOptions& options;
  const SampleContext& context;
  int64_t moves;  ///< gradients without the jump
  ChainEnds ends;

  std::vector<double> levels(int64_t count) const { return build_noise_levels(options, context, count); }
  std::vector<double> temperatures(int64_t count) const { return build_temperatures(options, count); }
  NoiseSource source() const {
    return options.noise_source == "implied" ? NoiseSource::implied : NoiseSource::schedule;
  }
};

std::unique_ptr<Sampler> build_ancestral(const Plan& plan) {
  return std::make_unique<AncestralSampler>(plan.levels(plan.moves + 1), plan.options.eta, plan.source(), plan.ends);
}

std::unique_ptr<Sampler> build_deterministic(const Plan& plan) {
  return std::make_unique<AncestralSampler>(plan.levels(plan.moves + 1), /*eta=*/0, plan.source(), plan.ends);
}

std::unique_ptr<Sampler> build_heun(const Plan& plan) {
  return std::make_unique<HeunSampler>(plan.levels(HeunSampler::level_count(plan.moves)), plan.moves, plan.source(),
                                       plan.ends);
}

std::unique_ptr<Sampler> build_adaptive(const Plan& plan) {
  const AdaptiveSettings settings{.beta = plan.options.beta,
                                  .first_step = plan.options.h0,
                                  .sigma_end = sampling_range(plan.options, plan.context).min,
                                  .most_steps = plan.moves};
  return std::make_unique<AdaptiveSampler>(settings, plan.ends);
}

std::unique_ptr<Sampler> build_langevin(const Plan& plan) {
  return std::make_unique<LangevinSampler>(plan.temperatures(plan.moves), plan.options.step_size, plan.ends);
}

std::unique_ptr<Sampler> build_metropolis(const Plan& plan, HmcSamplerSettings settings) {
  settings.step_size = plan.options.step_size;
  settings.warm_up = plan.options.warm_up;
  if (plan.options.target_acceptance > 0) settings.target_acceptance = plan.options.target_acceptance;
  const int64_t transitions = (plan.moves - 1) / settings.leapfrogs;
  require(transitions >= 1,
          "{}: {} gradients before the end are too few (1 for the start and {} a transition). Raise sample.steps.",
          plan.options.sampler, plan.moves, settings.leapfrogs);
  return std::make_unique<HmcSampler>(plan.temperatures(transitions), settings, plan.ends);
}

std::unique_ptr<Sampler> build_hmc(const Plan& plan) {
  return build_metropolis(plan, {.leapfrogs = plan.options.leapfrogs, .jitter = 0.2, .target_acceptance = 0.8});
}

std::unique_ptr<Sampler> build_mala(const Plan& plan) {
  return build_metropolis(plan, {.leapfrogs = 1, .jitter = 0, .target_acceptance = 0.57});
}

struct NamedSampler {
  std::string name;
  SamplerKind kind;
  int64_t own_moves;  ///< gradients before the jump, unless told
  std::unique_ptr<Sampler> (*build)(const Plan& plan);
};

const std::vector<NamedSampler>& samplers() {
  static const std::vector<NamedSampler> table{
      {"ancestral", SamplerKind::denoising, 19, build_ancestral},
      {"deterministic", SamplerKind::denoising, 19, build_deterministic},
      {"heun", SamplerKind::denoising, 19, build_heun},
      {"adaptive", SamplerKind::denoising, 199, build_adaptive},
      {"langevin", SamplerKind::thermal, LangevinSampler::kDefaultSteps, build_langevin},
      {"mala", SamplerKind::thermal, LangevinSampler::kDefaultSteps + 1, build_mala},
      {"hmc", SamplerKind::thermal, LangevinSampler::kDefaultSteps + 1, build_hmc},
  };
  return table;
}

const NamedSampler& named(std::string_view name) { return find_named(samplers(), name, "sample.sampler"); }

}  // namespace

std::vector<std::string> sampler_names() { return names_of(samplers()); }

SamplerKind sampler_kind(std::string_view name) { return named(name).kind; }

std::unique_ptr<Sampler> build_sampler(const SampleOptions& options, const SampleContext& context) {
  const NamedSampler& row = named(options.sampler);
  const int64_t jumps = options.jump ? 1 : 0;
  const int64_t moves = options.steps > 0 ? options.steps - jumps : row.own_moves;
  Plan plan{options, context, moves, {{}, options.jump ? Ending::jump : Ending::keep, context.sigma0}};
  plan.ends.start = build_start(options, context);
  return row.build(plan);
}

}  // namespace mdsm
