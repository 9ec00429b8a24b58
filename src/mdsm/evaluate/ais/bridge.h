#pragma once

#include "mdsm/energy/analytic/analytic.h"
#include "mdsm/sample/hmc_transition.h"

namespace mdsm {

/// Chains on the bridge between two energies, and what both say there.
struct BridgePoint {
  Tensor x;                   ///< (B, datum_shape...)
  Tensor reference_value;     ///< E0(x), (B) float64
  Tensor model_value;         ///< E1(x), (B) float64
  Tensor reference_gradient;  ///< like x
  Tensor model_gradient;      ///< like x

  /// E0(x) - E1(x), (B) float64: what the weights of annealed importance sampling add up.
  Tensor difference() const { return reference_value - model_value; }
};

/// The geometric path p_beta proportional to p_0^(1-beta) p_1^beta: the energies
///     E_beta = (1 - beta) E0 + beta E1,   0 <= beta <= 1                         (docs/derivations/ais.md, (1))
/// from a reference whose normaliser is known to the model. Both energies and gradients are kept apart, so that a move
/// to another beta costs nothing.
class Bridge {
 public:
  /// What the Metropolis test said of each chain.
  struct Test {
    Tensor probability;  ///< (B) float64, of being accepted
    Tensor accepted;     ///< (B) bool
  };

  /// Both must outlive the bridge.
  /// \throws Error unless they take data of one shape
  Bridge(const AnalyticEnergy& reference, const Energy& model);

  const AnalyticEnergy& reference() const { return reference_; }
  const Energy& model() const { return model_; }
  /// The type chains have: float32 where the model has parameters, float64 where it is analytic.
  at::ScalarType type() const;

  /// Costs one gradient of the model.
  BridgePoint evaluate(const Tensor& x) const;
  /// Exact draws from the reference.
  BridgePoint start(const RandomRows& rows) const;

  /// One Hamiltonian move at beta.
  BridgePoint hamiltonian_move(const BridgePoint& from, double beta, const HmcSettings& settings,
                               const RandomRows& rows, uint32_t step, Test& test) const;
  /// One step of Langevin dynamics at beta without a Metropolis test: it does not leave p_beta invariant.
  BridgePoint langevin_move(const BridgePoint& from, double beta, double step_size, const RandomRows& rows,
                            uint32_t step) const;

 private:
  const AnalyticEnergy& reference_;
  const Energy& model_;
};

}  // namespace mdsm
