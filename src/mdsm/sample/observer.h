#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// What an observer answers: go on, or stop the chains here.
enum class Reply { go_on, stop };

/// A batch of chains just before one of its steps.
struct ChainState {
  int64_t step = 0;        ///< 0 .. steps - 1
  int64_t steps = 0;       ///< steps of the whole chain
  double temperature = 0;  ///< of this step's noise
  const Tensor& x;         ///< (B, ...), overwritten by the step: clone what must be kept
  const Tensor& energy;    ///< E(x), (B); undefined unless the observer wants it
};

/// Watches the chains of a sampler and may end them.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Whether observe() will need the energies at this step; they come with the gradient, at the cost of a value.
  virtual bool wants_energy(int64_t /*step*/) const { return false; }
  virtual Reply observe(const ChainState& state) = 0;
};

}  // namespace mdsm
