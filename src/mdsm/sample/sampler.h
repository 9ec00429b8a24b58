#pragma once

#include <limits>
#include <optional>

#include "mdsm/base/rng.h"
#include "mdsm/energy/energy.h"
#include "mdsm/sample/observer.h"
#include "mdsm/sample/start.h"

namespace mdsm {

/// What becomes of the chains after their last step.
enum class Ending {
  keep,  ///< they are the samples
  jump,  ///< one denoising step more: D(x) = x - sigma0^2 grad E(x)
};

/// What all samplers share: where chains begin and how they end.
struct ChainEnds {
  Start start = noise_start(0.5, 1);
  Ending ending = Ending::jump;
  double sigma0 = 0.1;  ///< the energy's reference scale, which the jump needs
};

/// Draws samples from an energy by chains, one a datum, each with random numbers of its own.
///
/// A sampler is an immutable value: it may run many batches, from many threads. A new one implements the two private
/// functions (docs/add-a-sampler.md).
class Sampler {
 public:
  virtual ~Sampler() = default;

  /// Runs a batch of chains and returns where they end: (rows.count(), datum_shape...), detached.
  ///
  /// \param x0        where they begin, copied; its type and device are the chain's. Undefined: the sampler's own
  ///                  start, in float32 on the device of the energy's parameters
  /// \param rows      a key a chain; which stream they name does not matter
  /// \param observer  may be null. When it stops the chains, they are returned as they stand, without the ending
  /// \throws Error unless x0, if given, is a batch of rows.count() data of the energy's shape
  Tensor run(const Energy& energy, const Tensor& x0, const RandomRows& rows, Observer* observer = nullptr) const;

  /// Gradients that one chain costs, the jump included; at most, where chains end by themselves.
  int64_t gradient_count() const { return step_gradients() + (ends_.ending == Ending::jump ? 1 : 0); }

 protected:
  /// How the chains came to an end. `return Outcome::finished;` is all that most samplers say.
  struct Outcome {
    bool was_stopped = false;  ///< by the observer
    double gradients = -1;     ///< that advance() cost a chain, where that is not step_gradients()
    double acceptance = std::numeric_limits<double>::quiet_NaN();
    Tensor refused = {};  ///< (B) bool: chains that never moved, since each of their proposals was refused
    static const Outcome finished;
    static const Outcome stopped;
  };

  /// \throws Error unless ends.sigma0 is positive and there is a start
  explicit Sampler(ChainEnds ends);
  double sigma0() const { return ends_.sigma0; }

  /// grad E(x), once the observer has seen the chains before step `step` of `steps`; nothing if it asks to stop.
  /// \param gradients  that a chain spent before; -1: one a step
  static std::optional<Tensor> observed_gradient(const Energy& energy, const Tensor& x, int64_t step, int64_t steps,
                                                 double temperature, Observer* observer, double gradients = -1);

 private:
  /// Moves the chains x, in place, from the start to where the ending takes over. `noise` names Stream::chain_step.
  virtual Outcome advance(const Energy& energy, Tensor& x, const RandomRows& noise, Observer* observer) const = 0;
  /// Gradients that advance() costs a chain.
  virtual int64_t step_gradients() const = 0;

  ChainEnds ends_;
};

inline const Sampler::Outcome Sampler::Outcome::finished{};
inline const Sampler::Outcome Sampler::Outcome::stopped{.was_stopped = true};

}  // namespace mdsm
