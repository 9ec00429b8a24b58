#include "mdsm/sample/settings.h"

#include "mdsm/base/named.h"

namespace mdsm {
namespace {

void change_sampler(SampleOptions& settings, const std::string& sampler) {
  const std::vector<std::string> known = sampler_names();
  index_of_name(sampler, known, "sampler");
  if (sampler == settings.sampler) return;
  const SampleOptions fresh;
  settings.sampler = sampler;
  settings.steps = fresh.steps;
  settings.start = fresh.start;
  settings.start_scale = fresh.start_scale;
}

}  // namespace

SampleOptions sampler_settings(SampleOptions own, const SamplerRequest& asked) {
  OptionList options;
  options.add_table("sample", own);
  if (!asked.sampler.empty()) change_sampler(own, asked.sampler);
  for (const std::string& assignment : asked.set) set_from_text(assignment, options);
  if (asked.steps >= 0) own.steps = asked.steps;
  if (!asked.schedule.empty()) {
    const bool denoises = sampler_kind(own.sampler) == SamplerKind::denoising;
    options.find("sample", denoises ? "noise_schedule" : "schedule", "schedule").assign(asked.schedule, "schedule");
  }
  assign(asked.options, options);
  return own;
}

}  // namespace mdsm
