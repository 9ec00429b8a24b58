#include "mdsm/train/norm_watch.h"

#include <algorithm>
#include <cmath>

namespace mdsm {

bool NormWatch::is_explosion(double loss, double norm) const {
  if (!std::isfinite(loss) || !std::isfinite(norm)) return true;
  if (factor_ == 0 || state_.count < kWarmup) return false;
  return norm > factor_ * usual() && loss > 2 * std::exp(state_.log_loss);
}

void NormWatch::record(double loss, double norm) {
  // A mean of the first updates, then an exponential average.
  const double weight = std::max(0.02, 1.0 / static_cast<double>(state_.count + 1));
  constexpr double kSmallest = 1e-300;  // zero has no logarithm
  state_.log_loss += weight * (std::log(std::max(loss, kSmallest)) - state_.log_loss);
  state_.log_norm += weight * (std::log(std::max(norm, kSmallest)) - state_.log_norm);
  ++state_.count;
}

double NormWatch::usual() const { return state_.count == 0 ? 0 : std::exp(state_.log_norm); }

}  // namespace mdsm
