#pragma once

#include <span>

#include "mdsm/sample/observer.h"
#include "mdsm/sample/registry.h"

namespace mdsm {

/// How error texts name a batch of chains, and what to change in them.
struct ChainNames {
  std::span<const uint64_t> seeds;
  SamplerKind kind;
};

/// \throws Error (failure) unless the chains, their energies and their gradients are finite: the step, its noise or
///         temperature, the first such seed and what to change
void require_finite(const ChainState& state, const ChainNames& names, double sigma0);
/// The same of where they end: what the last step or the jump has made of them.
void require_finite(const ChainEnd& end, const ChainNames& names);

}  // namespace mdsm
