#pragma once

#include <string>
#include <vector>

#include "mdsm/base/options.h"
#include "mdsm/sample/noise_schedule.h"
#include "mdsm/sample/registry.h"
#include "mdsm/sample/start.h"
#include "mdsm/sample/temperature.h"

namespace mdsm {

/// The table [sample]: how samples are drawn. The defaults are what gave the best samples for twenty gradients; the
/// paper's are sampler = "langevin", whose own steps and start are the paper's.
struct SampleOptions {
  std::string sampler = "ancestral";
  int64_t steps = 0;
  // Where chains begin and how they end.
  std::string start = "default";
  double start_centre = 0.5;
  double start_scale = 0;
  bool jump = true;
  // Of samplers that denoise coarse to fine.
  std::string noise_schedule = "rho";
  double rho = 3;
  double sigma_max = 0;
  double sigma_min = 0;
  std::string noise_source = "schedule";
  double eta = 1;
  double beta = 0.5;
  double h0 = 0.1;
  // Of samplers at a temperature.
  double step_size = 0.02;
  std::string schedule = "three-stage";
  double temperature = 100;
  double final_temperature = 0;
  std::vector<double> temperatures = {};
  int64_t leapfrogs = 10;
  int64_t warm_up = 0;
  double target_acceptance = 0;
  int64_t batch = 128;

  template <class Option> void visit(Option&& option) {
    option("sampler", sampler, "how chains move", one_of(sampler_names()));
    option("steps", steps, "gradients a sample, the final jump included; 0: the sampler's own number", at_least(0));
    option("start", start,
           "where chains begin: 'noise' around start_centre, 'uniform' in [0, 1), the data's 'mean' or a 'gaussian' of "
           "the data's moments, both with noise; 'default': 'gaussian' for samplers that denoise, 'noise' for others",
           one_of(start_names()));
    option("start_centre", start_centre, "mean of the 'noise' that chains begin with", any());
    option("start_scale", start_scale,
           "standard deviation of the noise that chains begin with; 0: sigma_max for samplers that denoise, else 1",
           at_least(0));
    option("jump", jump, "one denoising step x - sigma0^2 grad E(x) after the last step of a chain", any());
    option("noise_schedule", noise_schedule,
           "how the noise falls from sigma_max to sigma_min: 'rho' is linear in sigma^(1/rho)",
           one_of(noise_schedule_names()));
    option("rho", rho, "of the noise schedule 'rho'", above(0));
    option("sigma_max", sigma_max, "largest noise of a chain; 0: noise.sigma_max of the training", at_least(0));
    option("sigma_min", sigma_min, "smallest noise of a chain; 0: noise.sigma_min of the training", at_least(0));
    option("noise_source", noise_source,
           "the noise that a denoising step takes to be in x: the 'schedule's, or what the denoiser finds ('implied')",
           one_of({"schedule", "implied"}));
    option("eta", eta,
           "ancestral: the part of the noise that is renewed, 0 none, 1 as much as the posterior has, 2 nearly all",
           between(0, 2));
    option("beta", beta, "adaptive: 1 adds no noise, the smaller the more is renewed", between(0, 1));
    option("h0", h0, "adaptive: the part of the noise that the first step removes", between(0, 1));
    option("step_size", step_size, "eps of langevin, mala and hmc, in units of the data (langevin: 0.015 to 0.05 work)",
           above(0));
    option("schedule", schedule, "how the temperature falls; 'three-stage' is the paper's", one_of(schedule_names()));
    option("temperature", temperature, "temperature of the first step; of every step where the schedule is 'constant'",
           at_least(0));
    option("final_temperature", final_temperature, "temperature of the last step of 'linear' and 'geometric'",
           at_least(0));
    option("temperatures", temperatures, "the temperature of every step where the schedule is 'list'", at_least(0));
    option("leapfrogs", leapfrogs, "hmc: leapfrog steps, and gradients, of a transition", at_least(1));
    option("warm_up", warm_up, "hmc and mala: transitions in which a chain adapts its step size, then frozen",
           at_least(0));
    option("target_acceptance", target_acceptance, "of that adaptation; 0: 0.8 for hmc, 0.57 for mala",
           between(0, 0.999));
    option("batch", batch, "chains that move together; changes speed and memory, not the samples", at_least(1));
  }
};

}  // namespace mdsm
