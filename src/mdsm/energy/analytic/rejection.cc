#include "mdsm/energy/analytic/rejection.h"

#include "mdsm/base/error.h"

namespace mdsm {

Tensor sample_by_rejection(const RandomRows& rows, uint32_t first_step,
                           const std::function<Proposal(uint32_t)>& propose) {
  constexpr uint32_t kAttempts = 100'000;
  Tensor drawn;
  Tensor missing;
  for (uint32_t attempt = 0; attempt < kAttempts; ++attempt) {
    const uint32_t step = first_step + attempt * kStepsPerAttempt;
    const Proposal proposal = propose(step);
    const Tensor test = rows.uniform(step + kStepsPerAttempt - 1, {}, at::kDouble);
    const Tensor accepted = test < proposal.log_acceptance.exp();
    drawn = drawn.defined() ? at::where((missing & accepted).unsqueeze(1), proposal.x, drawn) : proposal.x;
    missing = missing.defined() ? missing & ~accepted : ~accepted;
    if (!missing.any().item<bool>()) return drawn;
  }
  fail(
      "exact sampling: {} of {} rows found no draw in {} attempts (the temperature is too low for the rejection "
      "bound). Raise the temperature.",
      missing.sum().item<int64_t>(), rows.count(), kAttempts);
}

}  // namespace mdsm
