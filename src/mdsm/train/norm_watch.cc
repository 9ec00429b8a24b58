#include "mdsm/train/norm_watch.h"

#include <algorithm>
#include <cmath>

namespace mdsm {

bool NormWatch::is_explosion(double loss, double norm) const {
  if (!std::isfinite(loss) || !std::isfinite(norm)) return true;
  return factor_ > 0 && state_.count >= kWarmup && norm > factor_ * usual();
}

void NormWatch::record(double norm) {
  // A mean of the first updates, then an exponential average.
  const double weight = std::max(0.02, 1.0 / static_cast<double>(state_.count + 1));
  state_.log_mean += weight * (std::log(std::max(norm, 1e-300)) - state_.log_mean);
  ++state_.count;
}

double NormWatch::usual() const { return state_.count == 0 ? 0 : std::exp(state_.log_mean); }

}  // namespace mdsm
