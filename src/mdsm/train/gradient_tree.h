#pragma once

#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Adds up tensors in a binary tree: neighbours first, then pairs of neighbours, and so on. The sum of 2^k tensors does
/// not depend on how many ranks, 2^j of them, each add up a part and then the parts (Communicator::sum).
class GradientTree {
 public:
  /// Takes the next tensor; its storage stays the caller's.
  void add(const Tensor& next);
  /// Writes the sum of all to `out`; at least one.
  void finish(const Tensor& out);

 private:
  std::vector<Tensor> sums_;  // of 2^level tensors; undefined where there is none
};

}  // namespace mdsm
