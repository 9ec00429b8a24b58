#include "mdsm/sample/sampler.h"

#include <c10/core/GradMode.h>

#include <cmath>
#include <utility>

#include "mdsm/base/error.h"
#include "mdsm/sample/jump.h"

namespace mdsm {

Sampler::Sampler(ChainEnds ends) : ends_(std::move(ends)) {
  require_sigma0(ends_.sigma0, "sampler");
  require(static_cast<bool>(ends_.start), "sampler: no start (an empty function). Pass noise_start(0.5, 1).");
}

Tensor Sampler::run(const Energy& energy, const Tensor& x0, const RandomRows& rows, Observer* observer) const {
  const c10::NoGradGuard no_history;
  const Shape datum_shape = energy.datum_shape();
  Tensor x;
  if (x0.defined()) {
    require_batch(x0, datum_shape, "sampler");
    require(x0.size(0) == rows.count(),
            "sampler: x0 holds {} chains for {} keys (each chain has its own). Make them agree.", x0.size(0),
            rows.count());
    x = x0.clone(at::MemoryFormat::Contiguous);
  } else {
    const Parameters& parameters = energy.parameters();
    x = ends_.start(rows.with(Stream::chain_start), datum_shape);
    if (!parameters.empty()) x = x.to(parameters[0].device());
  }
  const Outcome outcome = advance(energy, x, rows.with(Stream::chain_step), observer);
  if (outcome.was_stopped) return x;
  const bool jumps = ends_.ending == Ending::jump;
  if (jumps) x = jump(energy, x, ends_.sigma0);
  if (observer != nullptr) {
    const double moves = outcome.gradients < 0 ? static_cast<double>(step_gradients()) : outcome.gradients;
    observer->finish({x, moves + (jumps ? 1 : 0), outcome.acceptance, outcome.refused});
  }
  return x;
}

std::optional<Tensor> Sampler::observed_gradient(const Energy& energy, const Tensor& x, int64_t step, int64_t steps,
                                                 double temperature, Observer* observer, double gradients) {
  ValueAndGradient at;
  if (observer != nullptr && observer->wants_energy(step)) {
    at = energy.value_and_gradient(x);
  } else {
    at.gradient = energy.gradient(x);
  }
  if (observer == nullptr) return at.gradient;
  const double spent = gradients < 0 ? static_cast<double>(step) : gradients;
  if (observer->observe({step, steps, temperature, x, at.value, at.gradient, spent}) == Reply::stop) return {};
  return at.gradient;
}

}  // namespace mdsm
