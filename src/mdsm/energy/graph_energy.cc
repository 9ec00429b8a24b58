#include "mdsm/energy/graph_energy.h"

#include <ATen/core/grad_mode.h>

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"
#include "mdsm/engine/rewrite.h"

namespace mdsm {
namespace {

/// E and its gradient at one batch, kept for any number of second passes.
class GraphLinearization final : public Linearization {
 public:
  GraphLinearization(const Program& program, const Parameters& theta, const Tensor& x)
      : parameters_(theta.size()),
        trace_(program, theta, {x}, Keep::linearization),
        gradient_(trace_.backward().at(0)) {}

  const Tensor& value() const override { return trace_.value(); }
  const Tensor& gradient() const override { return gradient_; }
  void pull_back(const Tensor& v, Gradients& out) override {
    require_direction(v, gradient_, "v");
    require_accumulators(out, parameters_);
    const at::NoGradGuard no_graph;
    trace_.pull_back({v.detach().to(gradient_.scalar_type())}, out);
  }
  void pull_back_value(const Tensor& weights, Gradients& out) override {
    require_direction(weights, value(), "weights");
    require_accumulators(out, parameters_);
    const at::NoGradGuard no_graph;
    trace_.pull_back_value(weights.detach().to(value().scalar_type()), out);
  }
  Tensor hessian_vector(const Tensor& v) override {
    require_direction(v, gradient_, "v");
    const at::NoGradGuard no_graph;
    return trace_.hessian_vector({v.detach().to(gradient_.scalar_type())}).at(0);
  }

 private:
  size_t parameters_;
  Trace trace_;
  Tensor gradient_;
};

at::ScalarType type_of(const Parameters& theta) { return theta.empty() ? at::kFloat : theta[0].scalar_type(); }

}  // namespace

Graph lowered_graph(const Graph& graph, at::ScalarType type, const GraphOptions& options) {
  return with_arithmetic(options.folds == Folds::on ? with_folds(graph) : graph, type, options.arithmetic);
}

GraphEnergy::GraphEnergy(const Graph& graph, Parameters theta, const GraphOptions& options)
    : theta_(std::move(theta)),
      program_(lowered_graph(graph, type_of(theta_), options), theta_, options.arithmetic, options.conv_choice),
      parts_(program_) {
  require(graph.input_count() == 1, "GraphEnergy: the graph has {} inputs (expected x alone).", graph.input_count());
  require(
      options.arithmetic == type_of(theta_) || (options.arithmetic == at::kBFloat16 && type_of(theta_) == at::kFloat),
      "GraphEnergy: {} arithmetic for {} parameters. Choose the parameters' type, or bfloat16 for float32.",
      toString(options.arithmetic), toString(type_of(theta_)));
  require(!graph.nodes().empty() && graph.datum_shape(graph.nodes().back().output).empty(),
          "GraphEnergy: the last op gives {} a datum (expected one number, the energy).",
          graph.nodes().empty() ? "nothing" : to_text(graph.datum_shape(graph.nodes().back().output)));
}

Shape GraphEnergy::datum_shape() const { return graph().datum_shape(graph().input(0)); }

Tensor GraphEnergy::checked(const Tensor& x) const {
  require_batch(x, datum_shape(), "energy");
  require(x.scalar_type() == type_of(theta_), "energy: the input has type {} (the parameters have {}). Convert it.",
          toString(x.scalar_type()), toString(type_of(theta_)));
  return x.detach();
}

Tensor GraphEnergy::value(const Tensor& x) const {
  const at::NoGradGuard no_graph;
  return evaluate(checked(x), Keep::nothing).value;
}

ValueAndGradient GraphEnergy::value_and_gradient(const Tensor& x) const {
  const at::NoGradGuard no_graph;
  return evaluate(checked(x), Keep::gradient);
}

ValueAndGradient GraphEnergy::evaluate(const Tensor& x, Keep keep) const {
  if (x.is_cpu()) return parts_.evaluate(program_, theta_, x, keep);
  Trace trace(program_, theta_, {x}, keep);
  if (keep == Keep::nothing) return {trace.value(), {}};
  return {trace.value(), trace.backward().at(0)};
}

std::unique_ptr<Linearization> GraphEnergy::linearize(const Tensor& x) const {
  const at::NoGradGuard no_graph;
  return std::make_unique<GraphLinearization>(program_, theta_, checked(x));
}

Profile GraphEnergy::profile_step(const Tensor& x, const Tensor& v) const {
  const at::NoGradGuard no_graph;
  Profile profile(graph().nodes().size());
  Trace trace(program_, theta_, {checked(x)}, Keep::linearization, &profile);
  trace.backward();
  Gradients scratch = Gradients::zeros_like(theta_);
  trace.pull_back({checked(v)}, scratch);
  return profile;
}

}  // namespace mdsm
