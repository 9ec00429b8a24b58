#pragma once

#include "mdsm/base/watch.h"
#include "mdsm/evaluate/ais/bridge.h"
#include "mdsm/evaluate/ais/temperatures.h"

namespace mdsm {

/// The run before the run: a few chains feel their way from the reference to the model.
struct PilotOptions {
  int64_t chains = 32;
  int64_t moves = 10;                ///< Hamiltonian moves at each temperature
  int64_t leapfrogs = 5;             ///< as in the run that follows
  double target_acceptance = 0.8;    ///< what step sizes are adapted to; 0.65 is best for one long move, 0.9 is safe
  double increment = 0.5;            ///< standard deviation that the log weights gain from one temperature to the next
  int64_t most_temperatures = 2000;  ///< before the pilot gives up
  Leapfrog leapfrog = Leapfrog::closed;
};

/// What the pilot run found, frozen for the runs that follow.
struct Pilot {
  Curve log_step_size;    ///< of the leapfrog, by beta
  Curve length;           ///< thermodynamic length from beta = 0, by beta
  int64_t gradients = 0;  ///< that each of its chains cost
};

/// Walks beta from 0 to 1. At each temperature it moves the chains, scaling the step size by exp(0.5 (acceptance -
/// target)) after every move, and measures the spread s of E0 - E1 over chains and moves; the next temperature is
/// `increment` / s away, at most an eighth (docs/derivations/ais.md, section 5).
/// \param rows  a key a pilot chain
/// \throws Error (failure) where energies are not finite or most_temperatures do not suffice
Pilot run_pilot(const Bridge& bridge, const PilotOptions& options, const RandomRows& rows, const Watch& watch = {});

}  // namespace mdsm
