#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// Shape checks that the ops share; `op` opens the error texts.

/// \throws Error unless there are `count` inputs
void require_arity(const std::string& op, const std::vector<Shape>& x, size_t count);

/// \throws Error unless `shape` is (B, channels, H, W) with B, H, W >= 1
void require_images(const std::string& op, const Shape& shape, int64_t channels);

/// \throws Error unless `shape` is (B, C, H, W)
void require_images(const std::string& op, const Shape& shape);

/// \throws Error unless both sides are even
void require_even_sides(const std::string& op, const Shape& shape);

/// \throws Error unless `shape` is a batch of data of `features` numbers each
void require_features(const std::string& op, const Shape& shape, int64_t features);

/// (B, ...) -> (B, n) in PyTorch's order of features, in float32 or wider: heads add up many terms.
Tensor flat_features(const Tensor& x);

/// (B, n) -> shape, type and layout of `x`: the way back.
Tensor like_input(const Tensor& features, const Tensor& x);

/// x (B, C, H, W) with strides that say channels-last even where other orders would do (one channel, one pixel): what
/// tells ATen which layout its result should have. No copy if x is laid out so.
Tensor channels_last(const Tensor& x);

}  // namespace mdsm
