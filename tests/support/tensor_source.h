#pragma once

#include <ATen/ATen.h>

#include <span>
#include <utility>
#include <vector>

#include "mdsm/data/source.h"

namespace mdsm::testing {

/// The rows of a tensor as a data set without labels.
class TensorSource final : public Source {
 public:
  explicit TensorSource(Tensor data) : data_(std::move(data)), info_{"tensor", Split::train, {}, {}} {
    info_.datum_shape = Shape(data_.sizes().begin() + 1, data_.sizes().end());
  }
  const SourceInfo& info() const override { return info_; }
  int64_t size() const override { return data_.size(0); }
  Tensor read(std::span<const int64_t> indices) const override { return data_.index_select(0, tensor_of(indices)); }
  Tensor labels(std::span<const int64_t> indices) const override { return at::full_like(tensor_of(indices), -1); }

 private:
  static Tensor tensor_of(std::span<const int64_t> indices) {
    return at::tensor(at::ArrayRef<int64_t>(indices.data(), indices.size()), at::kLong);
  }
  Tensor data_;
  SourceInfo info_;
};

}  // namespace mdsm::testing
