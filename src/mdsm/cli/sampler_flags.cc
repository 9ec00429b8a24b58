#include "mdsm/cli/sampler_flags.h"

namespace mdsm::cli {

void SamplerFlags::declare(CLI::App& app) {
  add_option_flags(app, asked_, {.without_default = {"steps"}});
  app.add_option("--schedule", asked_.schedule,
                 fmt::format("how the noise falls, for samplers that denoise: {}; how the temperature falls, for "
                             "others: {}",
                             fmt::join(noise_schedule_names(), ", "), fmt::join(schedule_names(), ", ")));
  others_.declare(app, "sample", SampleOptions{}, {.only = {"start", "eta", "temperature", "step_size", "batch"}});
}

SamplerRequest SamplerFlags::request() const {
  SamplerRequest asked = asked_;
  asked.options = others_.given();
  return asked;
}

}  // namespace mdsm::cli
