#pragma once

#include <string>
#include <vector>

#include "mdsm/base/tensor.h"

namespace mdsm {

/// The named tensors theta of an energy, in the order in which they were added.
///
/// Names are those a PyTorch user expects ("blocks.3.conv_a.weight"), and so are the layouts. Copies share the tensors:
/// a `Parameters` is a list of handles.
class Parameters {
 public:
  /// \throws Error if the name is taken
  void add(std::string name, Tensor value);
  /// Adds every tensor of `other` under "prefix.name".
  void add_all(const std::string& prefix, const Parameters& other);

  size_t size() const { return names_.size(); }
  bool empty() const { return names_.empty(); }
  /// Number of scalars in all tensors.
  int64_t scalar_count() const;
  const std::string& name(size_t index) const { return names_.at(index); }
  const Tensor& operator[](size_t index) const { return values_.at(index); }
  /// \throws Error that names the nearest existing name
  const Tensor& at(std::string_view name) const;
  bool contains(std::string_view name) const;

  /// Moves all tensors into one flat buffer (P) and returns it: afterwards every tensor, through every handle, is a
  /// view of the buffer, so that an optimiser is one loop over flat storage. All tensors must have one type and device.
  Tensor pack() const;

  /// Copies the values of `other`, which must have the same names and shapes.
  void assign(const Parameters& other) const;
  /// A list with the same names over copies of the tensors, converted to `type`.
  Parameters clone(at::ScalarType type) const;
  /// A list with the same names over detached aliases that record gradients (same storage; for autograd).
  Parameters as_leaves() const;
  const Tensors& tensors() const { return values_; }

 private:
  std::vector<std::string> names_;
  Tensors values_;
};

/// Accumulators for d(loss)/d(theta): one tensor a parameter, all views of one flat buffer, in the order of the
/// parameters.
class Gradients {
 public:
  static Gradients zeros_like(const Parameters& parameters);

  size_t size() const { return parts_.size(); }
  const Tensor& operator[](size_t index) const { return parts_.at(index); }
  /// out[index] += value
  void add(size_t index, const Tensor& value);
  void zero();
  /// (P); undefined for a slice.
  const Tensor& flat() const { return flat_; }
  /// The accumulators first .. first + count - 1, sharing memory: what a part of a composed energy adds to.
  Gradients slice(size_t first, size_t count) const;

 private:
  Tensor flat_;
  Tensors parts_;
};

}  // namespace mdsm
