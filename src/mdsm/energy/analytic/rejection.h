#pragma once

#include <functional>

#include "mdsm/base/rng.h"

namespace mdsm {

/// Random steps of a row (RandomKey::step) that one attempt of rejection sampling owns; the acceptance test's is last.
inline constexpr uint32_t kStepsPerAttempt = 4;

/// One candidate a row, and the logarithm of the probability with which it is accepted.
struct Proposal {
  Tensor x;               ///< (B, D) float64
  Tensor log_acceptance;  ///< (B) float64, at most 0
};

/// The first accepted candidate of every row (von Neumann 1951): exact draws from f where x is proposed with density
/// proportional to g >= f and log_acceptance is log(f/g). A row depends on its own key alone.
///
/// \param first_step  the steps below it are the caller's; attempt k owns kStepsPerAttempt steps from
///                    first_step + k kStepsPerAttempt on
/// \param propose     makes the candidates of the attempt whose first step it is given, from that step and those that
///                    follow, but for the last
/// \return            (B, D) float64
/// \throws Error (failure) when a row is still without after 100 000 attempts
Tensor sample_by_rejection(const RandomRows& rows, uint32_t first_step,
                           const std::function<Proposal(uint32_t)>& propose);

}  // namespace mdsm
