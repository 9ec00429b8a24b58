#include "mdsm/cli/sampler_flags.h"

namespace mdsm::cli {
namespace {

/// Assigns the option sample.NAME if the flag was given.
template <class Value>
void assign(const OptionList& options, const char* name, const char* flag, const std::optional<Value>& value) {
  if (value) options.find("sample", name, flag).assign(*value, flag);
}

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

void add_sampler_flags(CLI::App& app, SamplerFlags& flags) {
  app.add_option("--sampler", flags.sampler, fmt::format("one of: {}", fmt::join(sampler_names(), ", ")));
  app.add_option("--steps", flags.steps, "gradients a sample, the final jump included; 0: the sampler's own number")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--start", flags.start, fmt::format("where chains begin: {}", fmt::join(start_names(), ", ")));
  app.add_option("--schedule", flags.schedule,
                 fmt::format("how the noise falls, for samplers that denoise: {}; how the temperature falls, for "
                             "others: {}",
                             fmt::join(noise_schedule_names(), ", "), fmt::join(schedule_names(), ", ")));
  app.add_option("--eta", flags.eta, "ancestral: part of the noise that is renewed, 0 to 2");
  app.add_option("--temperature", flags.temperature, "langevin, mala, hmc: temperature of the first step");
  app.add_option("--step-size", flags.step_size, "langevin, mala, hmc: eps, in units of the data");
  app.add_option("--batch", flags.batch, "samples drawn together (changes speed and memory only)")
      ->check(CLI::PositiveNumber);
  app.add_option("--set", flags.set, "any key of the table [sample]: --set sample.rho=7");
}

SampleOptions sampler_options(const SamplerFlags& flags, Experiment experiment) {
  SampleOptions& sample = experiment.sample;
  OptionList options;
  options.add_table("sample", sample);
  const std::string before = sample.sampler;
  assign(options, "sampler", "--sampler", given(flags.sampler));
  if (sample.sampler != before) {
    const SampleOptions own;
    sample.steps = own.steps;
    sample.start = own.start;
    sample.start_scale = own.start_scale;
  }
  for (const std::string& assignment : flags.set) set_from_text(assignment, options);
  assign(options, "steps", "--steps", flags.steps);
  assign(options, "start", "--start", given(flags.start));
  const bool denoises = sampler_kind(sample.sampler) == SamplerKind::denoising;
  assign(options, denoises ? "noise_schedule" : "schedule", "--schedule", given(flags.schedule));
  assign(options, "eta", "--eta", flags.eta);
  assign(options, "temperature", "--temperature", flags.temperature);
  assign(options, "step_size", "--step-size", flags.step_size);
  assign(options, "batch", "--batch", flags.batch);
  return sample;
}

}  // namespace mdsm::cli
