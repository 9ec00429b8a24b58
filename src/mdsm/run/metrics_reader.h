#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "mdsm/run/metrics.h"

namespace mdsm {

/// What a run wrote of itself while it was trained (metrics_writer.h).
struct RunLog {
  /// A number that was written now and then.
  struct Curve {
    std::vector<double> step;
    std::vector<double> value;  ///< NaN where the file says null
  };

  std::map<std::string, Curve> curves;  ///< by their names in the file: "loss", "held_out_loss_band0", ...
  std::vector<TrainingStart> starts;    ///< in the order of the file; none in runs of earlier versions
  double seconds = 0;                   ///< of training, all processes together, as far as the lines tell
  int64_t last_step = 0;

  /// nullptr if there is no such curve
  const Curve* find(const std::string& name) const;
  /// The last value of a curve; NaN if there is none.
  double last(const std::string& name) const;
};

/// Lines that are not JSON objects (one cut short by a crash) are passed over; a file that is not there is an empty
/// log.
RunLog read_run_log(const std::filesystem::path& metrics);

}  // namespace mdsm
