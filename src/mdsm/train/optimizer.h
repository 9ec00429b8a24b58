#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mdsm/engine/parameters.h"
#include "mdsm/run/train_options.h"

namespace mdsm {

/// The weights in training and their moving average, each (P) float32 and contiguous.
struct FlatWeights {
  Tensor weights;
  Tensor average;
};

/// What one update is made with, beside the gradient.
struct UpdateStep {
  int64_t number = 1;  ///< of the update, 1 for the first
  double learning_rate = 1e-4;
  double gradient_scale = 1;  ///< multiplies the gradient first: clipping
  double average_decay = 0;   ///< of the moving average of the weights
};

/// Flat tensors (P) by name.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// How weights follow their gradient. Weights and moving average move in one pass.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One update, in place.
  /// \param gradient  (P) float32
  /// \throws Error if the sizes or types are not those that it was built for
  virtual void update(const FlatWeights& theta, const Tensor& gradient, const UpdateStep& step) = 0;

  /// What it remembers from update to update, zeros at first: a training state keeps it, under these names. The tensors
  /// are its own, not copies: writing them sets it back.
  virtual NamedTensors state() const = 0;
};

/// Names that train.optimizer may have.
const std::vector<std::string>& optimizer_names();

/// The optimiser that train.optimizer names, for these parameters.
/// \throws Error that names the nearest name
std::unique_ptr<Optimizer> build_optimizer(const TrainOptions& options, const Parameters& parameters);

}  // namespace mdsm
