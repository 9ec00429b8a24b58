#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "mdsm/config/given_option.h"
#include "mdsm/sample/options.h"

namespace mdsm {

/// What is asked of a sampler, where that is not what the run's own table [sample] says.
struct SamplerRequest {
  std::string sampler = {};               ///< empty: the run's own
  int64_t steps = -1;                     ///< -1: the run's own, or the sampler's where that is another than the run's
  std::string schedule = {};              ///< of the noise for samplers that denoise, of the temperature for others
  std::vector<std::string> set = {};      ///< any keys of the table, as "sample.rho=7"
  std::vector<GivenOption> options = {};  ///< single options of the table, told after all others

  /// What every user of a run's samples may ask: nested in the visit of that user's own options.
  template <class Option> void visit(Option&& option) {
    option("sampler", sampler, fmt::format("instead of the run's: {}", fmt::join(sampler_names(), ", ")).c_str(),
           any());
    option("steps", steps, "gradients a sample instead of the run's; 0: the sampler's own number", at_least(-1));
    option("set", set, "any key of the table [sample], such as sample.schedule=linear", any());
  }
};

/// The settings that samples are drawn with: the one way from a run's own table [sample] and what was asked of it, for
/// every command, evaluation and report. Another sampler than the run's begins with its own steps and start, not with
/// those that were chosen for the run's; then `set`, steps, schedule and options are told, in this order.
/// \throws Error that names the option
SampleOptions sampler_settings(SampleOptions own, const SamplerRequest& asked);

}  // namespace mdsm
