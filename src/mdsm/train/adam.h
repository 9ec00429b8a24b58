#pragma once

#include "mdsm/train/optimizer.h"

namespace mdsm {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
};

/// Adam's means of the gradient and of its square, each (P) float32 and contiguous.
struct AdamMoments {
  Tensor moment1;
  Tensor moment2;

  static AdamMoments zeros(int64_t size);
  /// By the names under which a training state keeps them.
  NamedTensors named() const { return {{"moment1", moment1}, {"moment2", moment2}}; }
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
/// \param step      t is step.number
void adam_update(const FlatWeights& theta, const AdamMoments& moments, const Tensor& gradient, const UpdateStep& step,
                 const AdamOptions& options = {});

/// adam_update with moments of its own.
class Adam final : public Optimizer {
 public:
  Adam(const AdamOptions& options, const Parameters& parameters);

  void update(const FlatWeights& theta, const Tensor& gradient, const UpdateStep& step) override;
  NamedTensors state() const override { return moments_.named(); }

 private:
  AdamOptions options_;
  AdamMoments moments_;
};

}  // namespace mdsm
