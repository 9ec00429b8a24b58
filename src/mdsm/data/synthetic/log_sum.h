#pragma once

#include <cmath>
#include <limits>
#include <span>

namespace mdsm {

/// log(sum_i exp(terms_i)) without overflow; -infinity for no terms.
inline double log_sum_exp(std::span<const double> terms) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const double term : terms) largest = std::max(largest, term);
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum);
}

}  // namespace mdsm
