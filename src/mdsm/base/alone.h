#pragma once

#include <functional>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Calls work(0) .. work(count - 1), several at a time, each on one thread on which its own tensor operations stay: how
/// these cut up their sums depends on the number of threads, and here it is always one. No gradients are recorded.
/// Inside another such call, or another parallel region, they run one after the other.
void each_alone(int64_t count, const std::function<void(int64_t)>& work);

/// `map` of every datum by itself, (1, ...) -> (1, ...), put together again: (B, ...) -> (B, ...). For operations that
/// round a datum differently in another batch or on other threads: products of matrices, transforms.
/// \param size  as many data at a time, the last ones filled up with copies of the last: for operations that round a datum
///              by the shape of its batch, not by its place in it
Tensor map_each_alone(const Tensor& x, const std::function<Tensor(const Tensor&)>& map, int64_t size = 1);

}  // namespace mdsm
