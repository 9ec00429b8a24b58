#pragma once

#include <string>
#include <vector>

#include "mdsm/base/options.h"
#include "mdsm/sample/registry.h"
#include "mdsm/sample/start.h"
#include "mdsm/sample/temperature.h"

namespace mdsm {

/// The table [sample]: how samples are drawn. The defaults are the paper's.
struct SampleOptions {
  std::string sampler = "langevin";
  int64_t steps = 0;
  double step_size = 0.02;
  std::string schedule = "three-stage";
  double temperature = 100;
  double final_temperature = 0;
  std::vector<double> temperatures = {};
  std::string start = "noise";
  double start_centre = 0.5;
  double start_scale = 1;
  bool jump = true;
  int64_t batch = 128;

  template <class Option> void visit(Option&& option) {
    option("sampler", sampler, "how chains move", one_of(sampler_names()));
    option("steps", steps, "steps of a chain; 0: the sampler's own default (langevin: 2700)", at_least(0));
    option("step_size", step_size, "eps of Langevin dynamics, in units of the data (0.015 to 0.05 work)", above(0));
    option("schedule", schedule, "how the temperature falls; 'three-stage' is the paper's", one_of(schedule_names()));
    option("temperature", temperature, "temperature of the first step; of every step where the schedule is 'constant'",
           at_least(0));
    option("final_temperature", final_temperature, "temperature of the last step of 'linear' and 'geometric'",
           at_least(0));
    option("temperatures", temperatures, "the temperature of every step where the schedule is 'list'", at_least(0));
    option("start", start,
           "where chains begin: 'noise' of size start_scale around start_centre, or 'uniform' in [0, 1)",
           one_of(start_names()));
    option("start_centre", start_centre, "mean of the 'noise' that chains begin with", any());
    option("start_scale", start_scale, "standard deviation of the 'noise' that chains begin with", at_least(0));
    option("jump", jump, "one denoising step x - sigma0^2 grad E(x) after the last step of a chain", any());
    option("batch", batch, "chains that move together; changes speed and memory, not the samples", at_least(1));
  }
};

}  // namespace mdsm
