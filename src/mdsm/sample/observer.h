#pragma once

#include <limits>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What an observer answers: go on, or stop the chains here.
enum class Reply { go_on, stop };

/// A batch of chains just before one of its steps.
struct ChainState {
  int64_t step = 0;        ///< 0 .. steps - 1
  int64_t steps = 0;       ///< steps of the whole chain
  double temperature = 0;  ///< of this step's noise; of a denoising step, (sigma/sigma0)^2 (tempering is annealing)
  const Tensor& x;         ///< (B, ...), overwritten by the step: clone what must be kept
  const Tensor& energy;    ///< E(x), (B); undefined unless the observer wants it
  const Tensor& gradient;  ///< grad E(x), (B, ...), overwritten later
  double gradients = 0;    ///< that were spent before this one, a chain; a mean where chains end by themselves
  /// Part of the Metropolis tests so far that accepted; not a number where there are none.
  double acceptance = std::numeric_limits<double>::quiet_NaN();
};

/// A batch of chains that ended, the jump included.
struct ChainEnd {
  const Tensor& x;      ///< (B, ...): the samples
  double gradients;     ///< that a chain cost; a mean where chains end by themselves
  double acceptance;    ///< part of the Metropolis tests that accepted; not a number where there are none
  Tensor refused = {};  ///< (B) bool: every proposal of the chain was; undefined where there are no tests
};

/// Watches the chains of a sampler and may end them.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Whether observe() will need the energies at this step; they come with the gradient, at the cost of a value.
  virtual bool wants_energy(int64_t /*step*/) const { return false; }
  virtual Reply observe(const ChainState& state) = 0;
  /// The chains ended, and were not stopped.
  virtual void finish(const ChainEnd& /*end*/) {}
};

}  // namespace mdsm
