#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// How well a score tells data of a known kind (`inside`) from others (`outside`), where the larger score means
/// outside.
struct Detection {
  double auroc = 0;          ///< area under the ROC curve: P(outside > inside) + P(equal) / 2
  double fpr_at_95_tpr = 0;  ///< part of `outside` that passes where at least 95 % of `inside` do
};

/// Part of the inside data that must pass, for fpr_at_95_tpr.
inline constexpr double kTruePositiveRate = 0.95;

/// \param inside, outside  (N) and (M), finite, at least one each; ties count half
/// \throws Error if one is empty or a score is not finite
Detection detection(const Tensor& inside, const Tensor& outside);

/// The same where the *smaller* score means outside: auroc is 1 minus that of the other orientation.
Detection reversed_detection(const Tensor& inside, const Tensor& outside);

}  // namespace mdsm
