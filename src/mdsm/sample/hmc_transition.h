#pragma once

#include <functional>

#include "mdsm/base/rng.h"
#include "mdsm/energy/energy.h"

namespace mdsm {

/// Value and gradient of the potential that the chains move in, at a batch x.
using Potential = std::function<ValueAndGradient(const Tensor& x)>;

/// How the leapfrog ends.
enum class Leapfrog {
  closed,                ///< kick, drift, ..., drift, kick: reversible
  without_closing_kick,  ///< a mistake, kept so that a test can show what it costs: the Metropolis test is then wrong
};

/// What a Hamiltonian move is made of.
struct HmcSettings {
  double step_size = 0.1;  ///< of the leapfrog, for mass 1 in units of the data
  int64_t leapfrogs = 5;   ///< steps, and gradients, of a move
  double jitter = 0.2;     ///< each chain's step size is scaled by a uniform number of [1 - jitter, 1 + jitter)
  Tensor mass = {};        ///< diagonal of the mass matrix, broadcast to a datum; undefined: 1
  Tensor scale = {};       ///< (B): a factor of each chain's step size; undefined: 1
  Leapfrog leapfrog = Leapfrog::closed;
};

/// Where each chain wants to go, and whether it may.
struct HmcProposal {
  Tensor x;             ///< like the chains
  ValueAndGradient at;  ///< of the potential, at x
  Tensor probability;   ///< (B) float64, of being accepted; 0 where x or the energy is not finite
  Tensor accepted;      ///< (B) bool: the outcome of the Metropolis test
};

/// One move of Hamiltonian Monte Carlo: momentum p ~ N(0, M), `leapfrogs` steps of
///     p <- p - (eps/2) grad U;   x <- x + eps M^-1 p;   p <- p - (eps/2) grad U,
/// accepted with probability min(1, exp(H - H')), H = U + p' M^-1 p / 2 (docs/derivations/ais.md, (6) and (7)). It
/// leaves exp(-U) invariant for every step size, number of steps and mass.
///
/// The caller takes the proposal where it is accepted; the last call of `potential` is at the proposal.
/// Source: Neal 2011, "MCMC using Hamiltonian dynamics", sections 2.3 and 3.2.
/// \param at    potential(x)
/// \param rows  a key a chain, whatever its stream; `step` picks fresh numbers
/// \throws Error unless leapfrogs >= 1, the step size is positive and finite and 0 <= jitter < 1
HmcProposal propose_hmc(const Potential& potential, const Tensor& x, const ValueAndGradient& at,
                        const HmcSettings& settings, const RandomRows& rows, uint32_t step);

}  // namespace mdsm
