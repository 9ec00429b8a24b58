#include "mdsm/sample/registry.h"

#include "mdsm/sample/langevin.h"
#include "mdsm/sample/lookup.h"
#include "mdsm/sample/options.h"

namespace mdsm {
namespace {

std::unique_ptr<Sampler> build_langevin(const SampleOptions& options, ChainEnds ends) {
  return std::make_unique<LangevinSampler>(build_temperatures(options, LangevinSampler::kDefaultSteps),
                                           options.step_size, std::move(ends));
}

struct NamedSampler {
  std::string name;
  std::unique_ptr<Sampler> (*build)(const SampleOptions& options, ChainEnds ends);
};

const std::vector<NamedSampler>& samplers() {
  static const std::vector<NamedSampler> table{
      {"langevin", build_langevin},
  };
  return table;
}

}  // namespace

std::vector<std::string> sampler_names() { return names_of(samplers()); }

std::unique_ptr<Sampler> build_sampler(const SampleOptions& options, double sigma0) {
  ChainEnds ends{build_start(options), options.jump ? Ending::jump : Ending::keep, sigma0};
  return find_named(samplers(), options.sampler, "sample.sampler").build(options, std::move(ends));
}

}  // namespace mdsm
