#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Two samples compared by their distribution functions.
struct KolmogorovSmirnov {
  double distance = 0;  ///< largest |F_a - F_b|
  double p_value = 1;   ///< probability of a distance as large from equal laws, asymptotic
};

/// The two-sample test of Kolmogorov and Smirnov. With n' = n m / (n + m), the p-value is Q((sqrt(n') + 0.12 +
/// 0.11/sqrt(n')) distance), Q(t) = 2 sum_k (-1)^(k-1) exp(-2 k^2 t^2): good from n' = 4 on. Source: Stephens 1970,
/// "Use of the Kolmogorov-Smirnov, Cramer-von Mises and related statistics without tables".
/// \throws Error unless both are (N), not empty and finite
KolmogorovSmirnov kolmogorov_smirnov(const Tensor& a, const Tensor& b);

}  // namespace mdsm
