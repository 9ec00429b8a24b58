#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mdsm {

struct SampleOptions;

// Temperatures of a chain, one a step, first step first. Where a schedule has one step only, it is at the last
// temperature.

/// `steps` temperatures equally spaced from exactly `first` to exactly `last`.
/// \throws Error unless steps >= 1 and both are finite and at least 0
std::vector<double> linear_temperatures(double first, double last, int64_t steps);

/// `steps` temperatures first (last/first)^(i/(steps-1)), from exactly `first` to exactly `last`.
/// \throws Error unless steps >= 1 and both are finite and positive
std::vector<double> geometric_temperatures(double first, double last, int64_t steps);

/// `steps` times `temperature`.
/// \throws Error unless steps >= 1 and it is finite and at least 0
std::vector<double> constant_temperatures(double temperature, int64_t steps);

/// The paper's three stages, never rising. For 2700 steps and first = 100:
///     500 steps at 100;
///     2000 steps 100 exp(-k ln(100)/2000), k = 0..1999: from exactly 100 (so that 501 steps are at 100) to 1.0023;
///     200 steps linear, from exactly 1 to exactly 0.
/// For another number of steps the first stage has round(5/27 steps), the last max(1, round(2/27 steps)), the middle
/// the rest; the last step is always at 0. Source: Li, Chen, Sommer 2019, arXiv:1910.07762, section 4.
/// \throws Error unless steps >= 1 and `first` is finite and at least 1
std::vector<double> three_stage_temperatures(double first, int64_t steps);

/// The names of sample.schedule: "three-stage", "linear", "geometric", "constant", "list".
std::vector<std::string> schedule_names();

/// The schedule that the options name, of `count` steps ("list" where options.steps is 0: its own length).
/// \throws Error for an unknown name, a list that is empty, of another length than `count` where options.steps is given
/// or with a negative number, and as the functions above
std::vector<double> build_temperatures(const SampleOptions& options, int64_t count);

/// \throws Error unless there is at least one temperature and each is finite and at least 0
void require_temperatures(const std::vector<double>& temperatures);

}  // namespace mdsm
