#include "mdsm/evaluate/detection.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"

namespace mdsm {
namespace {

Tensor checked(const Tensor& scores, const char* which) {
  require(scores.dim() == 1 && scores.size(0) >= 1, "detection: scores of the {} data have shape {} (expected (N)).",
          which, to_text(scores.sizes()));
  const std::vector<int64_t> bad = rows_not_finite(scores);
  if (!bad.empty()) {
    fail(
        "detection: {} of {} scores of the {} data are not finite (datum {} is the first). Look at it, and at the "
        "training's loss.",
        bad.size(), scores.size(0), which, bad.front());
  }
  return scores.to(at::kDouble);
}

}  // namespace

Detection detection(const Tensor& inside_in, const Tensor& outside_in) {
  const Tensor inside = std::get<0>(checked(inside_in, "inside").sort());
  const Tensor outside = checked(outside_in, "outside");
  const auto n = static_cast<double>(inside.size(0));
  // Inside data below each outside datum, and those not above it; their mean counts ties half.
  const Tensor below = at::searchsorted(inside, outside);
  const Tensor not_above = at::searchsorted(inside, outside, false, true);
  const double auroc = (below + not_above).to(at::kDouble).mean().item<double>() / (2 * n);
  // The smallest threshold that lets 95 % of the inside pass is the ceil(0.95 n)-th of their scores.
  const auto needed = static_cast<int64_t>(std::ceil(kTruePositiveRate * n - 1e-9));
  const Tensor threshold = inside[needed - 1];
  return {auroc, (outside <= threshold).to(at::kDouble).mean().item<double>()};
}

Detection reversed_detection(const Tensor& inside, const Tensor& outside) {
  return detection(inside.neg(), outside.neg());
}

}  // namespace mdsm
