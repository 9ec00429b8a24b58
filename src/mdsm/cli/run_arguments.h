#pragma once

#include <string>

#include "mdsm/cli/compute.h"
#include "mdsm/run/checkpoint.h"

namespace mdsm::cli {

/// The trained energy that a command works with, as the command line names it.
struct RunArguments {
  std::string run;
  bool raw = false;
  ComputeOptions compute;

  /// Declares RUN.
  CLI::Option* declare_run(CLI::App& app);
  /// Declares --raw, --precision and --device.
  void declare_flags(CLI::App& app);

  Weights weights() const { return raw ? Weights::raw : Weights::average; }
  /// \param preferred  what `auto` means here
  /// \throws Error as load_trained_energy does, and for a device that this program cannot use
  TrainedEnergy load(Precision preferred = Precision::automatic) const;
};

}  // namespace mdsm::cli
