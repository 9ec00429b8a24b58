#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mdsm {

using MetricValue = std::variant<int64_t, double, std::string>;
/// What is known of one step, by name and in the order in which it is written: {{"step", 100}, {"loss", 0.5}}.
using Metrics = std::vector<std::pair<std::string, MetricValue>>;

/// Bands of noise, of equal width in log(sigma), whose losses are told apart.
inline constexpr int64_t kLossBands = 4;

/// The name of a curve's part in one band: "loss_band0" is that of the smallest noise.
inline std::string band_name(std::string_view curve, int64_t band) { return fmt::format("{}_band{}", curve, band); }

/// A process that trained a run, as it began: a line of its own, without a step.
struct TrainingStart {
  std::string time;  ///< UTC, ISO 8601
  int64_t from_step = 0;
  std::string processor;
  int64_t processors = 0;
  int64_t threads = 0;
  std::string precision;
  std::string mdsm_version;

  /// Calls field(name, value) for each, by its name in the file and in the order in which it is written.
  template <class Field> void visit(Field&& field) {
    field("started", time);
    field("from_step", from_step);
    field("processor", processor);
    field("processors", processors);
    field("threads", threads);
    field("precision", precision);
    field("mdsm_version", mdsm_version);
  }
};

}  // namespace mdsm
