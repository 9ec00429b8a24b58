#pragma once

#include <memory>

#include "mdsm/energy/energy.h"
#include "mdsm/run/experiment.h"

namespace mdsm {

/// The loss of data that training never sees.
struct HeldOutResult {
  double loss = 0;  ///< mean over the data
  Tensor losses;    ///< (n) float32
  Tensor sigma;     ///< (n) float32
};

/// Mean loss, in all and by noise band, on data that training never sees.
///
/// Weighed 1/sigma^2 (mdsm) whatever training minimises, so that runs with other weightings compare. Datum i of n has
/// the noise level sigma_min (sigma_max/sigma_min)^((i + 1/2)/n) and the same noise at every call, so that values of
/// different steps compare. The data stand for the source and come in an order of their own (data/subset.h): a band of
/// noise does not mean a class.
class HeldOutLoss {
 public:
  /// \throws Error if there are no data
  HeldOutLoss(const Source& data, const Experiment& experiment);
  HeldOutResult operator()(const Energy& energy) const;

 private:
  Tensor x_;
  Tensor noisy_;
  Tensor sigma_;
  DenoisingScoreMatching objective_;
  int64_t chunk_;
};

}  // namespace mdsm
