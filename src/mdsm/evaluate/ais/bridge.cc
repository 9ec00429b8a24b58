#include "mdsm/evaluate/ais/bridge.h"

#include <c10/core/GradMode.h>

#include "mdsm/base/error.h"
#include "mdsm/sample/langevin.h"

namespace mdsm {
namespace {

ValueAndGradient at_beta(const BridgePoint& point, double beta) {
  return {point.reference_value * (1 - beta) + point.model_value * beta,
          (point.reference_gradient * (1 - beta)).add_(point.model_gradient, beta)};
}

Tensor choose(const Tensor& accepted, const Tensor& proposed, const Tensor& old) {
  return at::where(per_datum(accepted, old), proposed, old);
}

}  // namespace

Bridge::Bridge(const AnalyticEnergy& reference, const Energy& model) : reference_(reference), model_(model) {
  require(reference.datum_shape() == model.datum_shape(),
          "annealed importance sampling: the reference takes data of shape {}, the model {}.",
          to_text(reference.datum_shape()), to_text(model.datum_shape()));
}

at::ScalarType Bridge::type() const { return model_.parameters().empty() ? at::kDouble : at::kFloat; }

BridgePoint Bridge::evaluate(const Tensor& x) const {
  const c10::NoGradGuard no_history;
  ValueAndGradient reference = reference_.value_and_gradient(x);
  ValueAndGradient model = model_.value_and_gradient(x);
  return {x, reference.value.to(at::kDouble), model.value.to(at::kDouble), reference.gradient, model.gradient};
}

BridgePoint Bridge::start(const RandomRows& rows) const {
  Tensor x = reference_.sample(rows.with(Stream::chain_start), 1, type());
  if (!model_.parameters().empty()) x = x.to(model_.parameters()[0].device());
  return evaluate(x);
}

BridgePoint Bridge::hamiltonian_move(const BridgePoint& from, double beta, const HmcSettings& settings,
                                     const RandomRows& rows, uint32_t step, Test& test) const {
  BridgePoint to;
  const Potential potential = [&](const Tensor& x) {
    to = evaluate(x);
    return at_beta(to, beta);
  };
  const HmcProposal proposal = propose_hmc(potential, from.x, at_beta(from, beta), settings, rows, step);
  test = {proposal.probability, proposal.accepted};
  const Tensor& accepted = proposal.accepted;
  return {choose(accepted, to.x, from.x), choose(accepted, to.reference_value, from.reference_value),
          choose(accepted, to.model_value, from.model_value),
          choose(accepted, to.reference_gradient, from.reference_gradient),
          choose(accepted, to.model_gradient, from.model_gradient)};
}

BridgePoint Bridge::langevin_move(const BridgePoint& from, double beta, double step_size, const RandomRows& rows,
                                  uint32_t step) const {
  Tensor x = from.x.clone();
  const Tensor noise = rows.with(Stream::chain_step).normal(step, datum_shape_of(x), x.scalar_type()).to(x.device());
  langevin_step(x, at_beta(from, beta).gradient, step_size, 1, noise);
  return evaluate(x);
}

}  // namespace mdsm
