#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mdsm {

using Tensor = at::Tensor;
using Tensors = std::vector<Tensor>;
/// Sizes of a tensor, or of one datum of a batch: (C, H, W) for images, (D) for vectors.
using Shape = std::vector<int64_t>;

/// "(3, 32, 32)", as in error texts.
std::string to_text(at::IntArrayRef shape);

/// Product of the sizes.
int64_t element_count(at::IntArrayRef shape);

/// (count, shape...): the shape of a batch of `count` data.
Shape batch_shape(int64_t count, at::IntArrayRef datum_shape);

/// Shape of one datum of the batch `x`.
/// \throws Error if x has no batch axis or no data axis.
Shape datum_shape_of(const Tensor& x);

/// View of a per-datum tensor (B) that broadcasts against `like` (B, ...): (B, 1, ..., 1).
Tensor per_datum(const Tensor& values, const Tensor& like);

/// Sum over every axis but the first: (B, ...) -> (B).
Tensor sum_per_datum(const Tensor& x);

/// Throws unless x is a floating-point batch (B >= 1) of data of this shape; `who` opens the error text.
void require_batch(const Tensor& x, at::IntArrayRef datum_shape, std::string_view who);

}  // namespace mdsm
