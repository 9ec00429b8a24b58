#pragma once

#include "mdsm/engine/graph.h"
#include "mdsm/engine/profile.h"

namespace mdsm {

/// Where parameters lie, seen from a node, when only their adjoints are wanted.
enum class Route {
  idle,     ///< neither in the node nor below it: it need not run
  ends,     ///< in the node, none below it: the adjoints of its inputs are of no use
  through,  ///< below it
};

/// A graph with its parameters in place: what runs the four passes in order.
///
/// Immutable; the parameters' tensors may be written between runs.
class Program {
 public:
  /// \param compute  type of the ops' arithmetic
  /// \throws Error if a parameter is missing or has another shape
  /// \param conv_choice  how convolutions run; null: as LibTorch does them
  Program(Graph graph, const Parameters& parameters, at::ScalarType compute,
          std::shared_ptr<ConvChoice> conv_choice = nullptr);

  const Graph& graph() const { return graph_; }
  at::ScalarType arithmetic() const { return compute_; }
  /// Where the parameters of node `index` stand in the list of parameters.
  const std::vector<size_t>& places(size_t index) const { return places_.at(index); }
  /// The parameters of every node as its passes want them, from their present values.
  std::vector<Tensors> prepare(const Parameters& parameters) const;
  Route route(size_t index) const { return routes_.at(index); }
  /// Operations (a multiplication and an addition count two) of a forward pass of one datum.
  double forward_flops() const;
  /// The same of linearize, backward and pull_back at a batch.
  double step_flops(int64_t batch) const;
  ConvChoice* conv_choice() const { return conv_choice_.get(); }

 private:
  Graph graph_;
  at::ScalarType compute_;
  std::shared_ptr<ConvChoice> conv_choice_;
  std::vector<std::vector<size_t>> places_;
  std::vector<Route> routes_;
};

/// One run of a program at one batch: forward on construction, then the other passes as asked.
///
/// A value lives no longer than the last node that reads it, in whichever pass that is; `Keep` says which passes will
/// follow.
class Trace {
 public:
  /// \param inputs  batches of the graph's inputs; all of one size B
  /// \param profile  one entry a node; outlives the trace; null: no time is taken
  Trace(const Program& program, const Parameters& parameters, const Tensors& inputs, Keep keep,
        Profile* profile = nullptr);
  /// \param theta        Program::prepare
  /// \param conv_choice  instead of the program's
  Trace(const Program& program, const std::vector<Tensors>& theta, const Tensors& inputs, Keep keep,
        ConvChoice* conv_choice, Profile* profile = nullptr);

  /// E (B).
  const Tensor& value() const { return value_; }

  /// grad E with respect to each input. With Keep::gradient everything kept is freed on the way; call it once.
  Tensors backward();

  /// out += d/dtheta sum_i <v_i, grad_i E>, v held constant. Needs Keep::linearization and backward() before.
  void pull_back(const Tensors& v, Gradients& out) const;

  /// H v for each datum, H the second derivatives of E in the inputs: one tensor an input, as backward() gives them.
  /// Needs Keep::linearization and backward() before.
  /// \param v  one tensor an input
  Tensors hessian_vector(const Tensors& v) const;

  /// out += d/dtheta sum_b weights_b E_b, weights (B). Needs Keep::linearization.
  void pull_back_value(const Tensor& weights, Gradients& out) const;

 private:
  std::vector<Tangent> tangent_forward(const Tensors& v) const;
  /// \param out  null: the adjoints of the inputs alone are wanted, else those of the parameters alone
  Tensors tangent_backward(const Tensors& v, Gradients* out) const;

  const Program& program_;
  Keep keep_;
  Profile* profile_;
  std::vector<Point> points_;   // one a node
  std::vector<Tensor> y_bars_;  // one a node, where tangent_backward reads it
  std::vector<Tensor> inputs_;  // for shapes and types, where a slot is not reached
  Tensor value_;
};

}  // namespace mdsm
