#pragma once

#include "mdsm/energy/energy.h"
#include "mdsm/energy/parts.h"
#include "mdsm/engine/kernels/conv_choice.h"
#include "mdsm/engine/trace.h"

namespace mdsm {

enum class Folds { off, on };

/// How a GraphEnergy computes.
struct GraphOptions {
  /// Type of convolutions and what lies between them: that of the parameters, or bfloat16 (float32 parameters only).
  /// Heads, losses and gradients of parameters stay in the parameters' type.
  at::ScalarType arithmetic = at::kFloat;
  /// Whether pooled and up-sampled convolutions run as one convolution each (with_folds).
  Folds folds = Folds::on;
  /// How convolutions run; null: as LibTorch does them. machine_conv_choice() is faster: it measures, and remembers
  /// that in the user's cache.
  std::shared_ptr<ConvChoice> conv_choice = nullptr;
};

/// The graph that is run for this one, folded and with its casts.
/// \param type  of its inputs and parameters
Graph lowered_graph(const Graph& graph, at::ScalarType type, const GraphOptions& options);

/// The energy that a graph of ops describes: value, gradient and parameter gradient by four passes over the list
/// (docs/derivations/engine.md), without autograd.
///
/// Energies and gradients of a datum do not depend on its batch or on threads (Parts), but for those of linearize(),
/// which training takes over a whole batch at a time: these may differ in rounding.
///
/// x has the type and device of the parameters. Calls may come from several threads if nobody writes the parameters.
class GraphEnergy final : public Energy {
 public:
  /// \param graph  one input, x; its last node gives E (B)
  /// \param theta  every parameter that the graph names, more are allowed; shared, not copied
  GraphEnergy(const Graph& graph, Parameters theta, const GraphOptions& options = {});

  Shape datum_shape() const override;
  Tensor value(const Tensor& x) const override;
  ValueAndGradient value_and_gradient(const Tensor& x) const override;
  std::unique_ptr<Linearization> linearize(const Tensor& x) const override;
  const Parameters& parameters() const override { return theta_; }
  /// The list of ops that is run.
  const Graph& graph() const { return program_.graph(); }
  /// Where the time of one training step (linearize and pull_back at x along v) goes: one entry a node.
  Profile profile_step(const Tensor& x, const Tensor& v) const;
  /// Operations of one training step at a batch, Adam left out.
  double step_flops(int64_t batch) const { return program_.step_flops(batch); }

 private:
  Tensor checked(const Tensor& x) const;

  ValueAndGradient evaluate(const Tensor& x, Keep keep) const;

  Parameters theta_;
  Program program_;
  Parts parts_;
};

}  // namespace mdsm
