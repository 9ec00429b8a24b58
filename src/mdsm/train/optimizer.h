#pragma once

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Hyper-parameters of one Adam update.
struct AdamStep {
  double learning_rate = 1e-4;
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
  double gradient_scale = 1;  ///< multiplies the gradient first: clipping
  double average_decay = 0;   ///< of the moving average of the weights
};

/// Flat storage of everything an update touches, each (P) float32 and contiguous.
struct AdamState {
  Tensor weights;
  Tensor average;
  Tensor moment1;
  Tensor moment2;
};

/// One Adam update and one step of the moving average, in a single pass over the flat storage.
///
///     m <- beta1 m + (1 - beta1) g        v <- beta2 v + (1 - beta2) g^2
///     theta <- theta - rate (m/(1 - beta1^t)) / (sqrt(v/(1 - beta2^t)) + epsilon)
///     average <- decay average + (1 - decay) theta
///
/// Element by element: the result does not depend on the number of threads.
/// Source: Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
/// \param gradient  (P) float32
/// \param update    t, 1 for the first
void adam_update(AdamState& state, const Tensor& gradient, int64_t update, const AdamStep& step);

/// sqrt(sum g^2) of a flat gradient, summed in float64 in a fixed order.
double gradient_norm(const Tensor& gradient);

}  // namespace mdsm
