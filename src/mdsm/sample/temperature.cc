#include "mdsm/sample/temperature.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/sample/options.h"

namespace mdsm {
namespace {

void require_steps(int64_t steps) {
  require(steps >= 1, "temperature schedule: {} steps (expected at least 1). Change sample.steps.", steps);
}

std::vector<double> listed_temperatures(const SampleOptions& options, int64_t count) {
  const std::vector<double>& list = options.temperatures;
  require(!list.empty(), "temperature schedule: 'list' without temperatures. Give sample.temperatures, one a step.");
  require(options.steps == 0 || count == static_cast<int64_t>(list.size()),
          "temperature schedule: {} temperatures for {} steps. Leave sample.steps at 0, or make them agree.",
          list.size(), count);
  require_temperatures(list);
  return list;
}

struct NamedSchedule {
  std::string name;
  std::vector<double> (*build)(const SampleOptions& options, int64_t steps);
};

const std::vector<NamedSchedule>& schedules() {
  static const std::vector<NamedSchedule> table{
      {"three-stage", [](const SampleOptions& o, int64_t n) { return three_stage_temperatures(o.temperature, n); }},
      {"linear",
       [](const SampleOptions& o, int64_t n) { return linear_temperatures(o.temperature, o.final_temperature, n); }},
      {"geometric",
       [](const SampleOptions& o, int64_t n) { return geometric_temperatures(o.temperature, o.final_temperature, n); }},
      {"constant", [](const SampleOptions& o, int64_t n) { return constant_temperatures(o.temperature, n); }},
      {"list", [](const SampleOptions& o, int64_t n) { return listed_temperatures(o, n); }},
  };
  return table;
}

}  // namespace

std::vector<double> linear_temperatures(double first, double last, int64_t steps) {
  require_steps(steps);
  require_temperatures({first, last});
  std::vector<double> temperatures(static_cast<size_t>(steps), last);
  for (int64_t i = 0; i + 1 < steps; ++i) {
    const double done = static_cast<double>(i) / static_cast<double>(steps - 1);
    temperatures[static_cast<size_t>(i)] = first + (last - first) * done;
  }
  return temperatures;
}

std::vector<double> geometric_temperatures(double first, double last, int64_t steps) {
  require_steps(steps);
  require_temperatures({first, last});
  require(first > 0 && last > 0,
          "temperature schedule: geometric from {} to {} (it reaches 0 never). Make sample.temperature and "
          "sample.final_temperature positive.",
          first, last);
  std::vector<double> temperatures(static_cast<size_t>(steps), last);
  for (int64_t i = 0; i + 1 < steps; ++i) {
    const double done = static_cast<double>(i) / static_cast<double>(steps - 1);
    temperatures[static_cast<size_t>(i)] = first * std::pow(last / first, done);
  }
  return temperatures;
}

std::vector<double> constant_temperatures(double temperature, int64_t steps) {
  require_steps(steps);
  require_temperatures({temperature});
  return std::vector<double>(static_cast<size_t>(steps), temperature);
}

std::vector<double> three_stage_temperatures(double first, int64_t steps) {
  require_steps(steps);
  require(
      first >= 1 && std::isfinite(first),
      "temperature schedule: three stages from {} (they cool to 1, then to 0). Make sample.temperature at least 1, or "
      "take another sample.schedule.",
      first);
  const double n = static_cast<double>(steps);
  const int64_t hot = std::lround(n * 500 / 2700);
  const int64_t cold = std::max<int64_t>(1, std::lround(n * 200 / 2700));
  const int64_t middle = steps - hot - cold;
  std::vector<double> temperatures(static_cast<size_t>(hot), first);
  for (int64_t k = 0; k < middle; ++k) {
    temperatures.push_back(first * std::exp(-std::log(first) * static_cast<double>(k) / static_cast<double>(middle)));
  }
  const std::vector<double> last = linear_temperatures(1, 0, cold);
  temperatures.insert(temperatures.end(), last.begin(), last.end());
  return temperatures;
}

std::vector<std::string> schedule_names() { return names_of(schedules()); }

std::vector<double> build_temperatures(const SampleOptions& options, int64_t count) {
  const NamedSchedule& schedule = find_named(schedules(), options.schedule, "sample.schedule");
  return schedule.build(options, count);
}

void require_temperatures(const std::vector<double>& temperatures) {
  require(!temperatures.empty(), "temperature schedule: no temperatures (a chain needs one a step).");
  for (size_t i = 0; i < temperatures.size(); ++i) {
    require(temperatures[i] >= 0 && std::isfinite(temperatures[i]),
            "temperature schedule: the temperature {} at place {} (it must be finite and at least 0).", temperatures[i],
            i);
  }
}

}  // namespace mdsm
