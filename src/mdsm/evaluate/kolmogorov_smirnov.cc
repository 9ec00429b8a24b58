#include "mdsm/evaluate/kolmogorov_smirnov.h"

#include <algorithm>
#include <cmath>

#include "mdsm/base/error.h"

namespace mdsm {
namespace {

double tail_probability(double t) {
  if (t < 0.2) return 1;  // 1 to 1e-12
  double sum = 0;
  for (int k = 1; k <= 100; ++k) {
    const double term = std::exp(-2.0 * k * k * t * t);
    sum += k % 2 == 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(const Tensor& a_in, const Tensor& b_in) {
  for (const Tensor& x : {a_in, b_in}) {
    require(x.dim() == 1 && x.size(0) >= 1 && x.isfinite().all().item<bool>(),
            "Kolmogorov-Smirnov: a sample of shape {} (expected (N) finite values).", to_text(x.sizes()));
  }
  const Tensor a = std::get<0>(a_in.to(at::kDouble).sort()), b = std::get<0>(b_in.to(at::kDouble).sort());
  const auto n = static_cast<double>(a.size(0)), m = static_cast<double>(b.size(0));
  // Between the values both functions are constant: it is enough to look just after each.
  const Tensor all = at::cat({a, b});
  const Tensor of_a = at::searchsorted(a, all, false, true).to(at::kDouble) / n;
  const Tensor of_b = at::searchsorted(b, all, false, true).to(at::kDouble) / m;
  const double distance = (of_a - of_b).abs().max().item<double>();
  const double root = std::sqrt(n * m / (n + m));
  return {distance, tail_probability((root + 0.12 + 0.11 / root) * distance)};
}

}  // namespace mdsm
