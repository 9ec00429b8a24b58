#pragma once

#include <string>
#include <vector>

#include "mdsm/base/options.h"
#include "mdsm/base/rng.h"
#include "mdsm/base/watch.h"
#include "mdsm/energy/energy.h"
#include "mdsm/restore/measurement.h"

namespace mdsm {

/// How measured data are restored. Steps count gradients of the energy.
struct RestoreOptions {
  std::string solver = "ancestral";
  int64_t steps = 0;
  int64_t repeats = 2;
  double sigma_max = 3;
  double sigma_min = 0.1;
  double sigma_end = 0;
  double h0 = 0;
  double beta = 0;
  double step_size = 0.02;
  int64_t guide_steps = 1;

  template <class Option> void visit(Option&& option);
};

/// Restored data, and what they cost.
struct Restored {
  Tensor x;          ///< (B, A.domain()...), not clamped
  Tensor gradients;  ///< (B) int64
};

/// One restoration to be made.
struct RestoreTask {
  const Energy& energy;
  double sigma0;
  const Measurement& measurement;
  /// A guess to start from where the solver wants one: (B, A.domain()...), such as a classical restoration.
  const Tensor& guess;
  /// A key a datum: all that tells one restoration of the same measurement from another.
  const RandomRows& rows;
  int64_t first = 0;  ///< images before these, for error texts
};

/// "ancestral", "fast", "kadkhodaie-simoncelli", "langevin"
std::vector<std::string> solver_names();

/// Draws a restoration of each datum by the solver that the options name: different rows give different ones, as far as
/// the measurement leaves them open.
/// \param watch  hears of every gradient
/// \throws Error for an unknown solver, options out of range, shapes that do not fit or a measurement that is not finite;
///         (failure) where a restoration is not: which image, at which gradient; what the watch throws
Restored restore(const RestoreTask& task, const RestoreOptions& options, const Watch& watch = {});

template <class Option> void RestoreOptions::visit(Option&& option) {
  option("solver", solver, "how measured data are restored", one_of(solver_names()));
  option("steps", steps, "gradients a restoration (fast, kadkhodaie-simoncelli: at most); 0: the solver's own number",
         at_least(0));
  option("repeats", repeats, "ancestral: visits of each noise level, among which the steps are shared", at_least(1));
  option("sigma_max", sigma_max, "ancestral: noise level at the start", above(0));
  option("sigma_min", sigma_min, "ancestral: noise level of the last step; fast: twice that at which a datum is done",
         above(0));
  option("sigma_end", sigma_end,
         "fast, kadkhodaie-simoncelli: a datum is done when its residual is below this; 0: sigma_min / 2 (fast), 0.01",
         at_least(0));
  option("h0", h0, "fast, kadkhodaie-simoncelli: first step size; 0: 0.5 (fast), 0.01", between(0, 1));
  option("beta", beta,
         "fast, kadkhodaie-simoncelli: part of the noise that a step removes for good; 0: 0.03 (fast), 0.01",
         between(0, 1));
  option("step_size", step_size, "langevin: eps, in units of the data", above(0));
  option("guide_steps", guide_steps,
         "ancestral: conjugate gradients of each estimate given the measurement, one gradient of the energy each",
         at_least(1));
}

}  // namespace mdsm
