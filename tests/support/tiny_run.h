#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "support/paths.h"
#include "support/run_program.h"

namespace mdsm::testing {

inline const std::string kQuick = MDSM_SOURCE_DIR "/experiments/mnist-quick.toml";

/// Arguments of `mdsm train` that make the quick experiment tiny.
inline std::string tiny(int steps) {
  return fmt::format(
      "{} -q --set train.batch=8 --set energy.width=4 --set energy.depth=6 --set train.sample_every=0 "
      "--set train.evaluate_every=0 --set train.checkpoint_every=2 --set train.steps={}",
      kQuick, steps);
}

/// A run of two updates, for all tests of a program that only look at it.
/// \param more  arguments behind tiny(2)
inline std::string train_tiny(const TempDir& folder, const std::string& more = "") {
  const std::string run = (folder / "run").string();
  const Outcome outcome = run_program(fmt::format("train {} {} -o {}", tiny(2), more, run));
  if (outcome.code != 0) throw std::runtime_error(outcome.err);
  return run;
}

inline const std::string& trained_run() {
  static const TempDir kFolder;
  static const std::string kRun = train_tiny(kFolder);
  return kRun;
}

}  // namespace mdsm::testing
