#pragma once

#include <string>

#include "mdsm/cli/command.h"
#include "mdsm/energy/precision.h"

namespace mdsm::cli {

/// How a command that runs an energy computes.
struct ComputeOptions {
  std::string precision = "auto";
  std::string device = "auto";

  /// What --precision says, after checking that --device can be had.
  /// \throws Error for a device that this program cannot use
  Precision checked() const;
};

/// Declares --precision and --device.
void add_compute_options(CLI::App& app, ComputeOptions& options);

}  // namespace mdsm::cli
