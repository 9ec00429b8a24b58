#include "mdsm/energy/composed/energy_parts.h"

#include "mdsm/base/error.h"
#include "mdsm/energy/linearization_checks.h"

namespace mdsm {
namespace {

/// True if some tensor of `a` is one of `b`.
bool share_a_tensor(const Parameters& a, const Parameters& b) {
  return std::any_of(a.tensors().begin(), a.tensors().end(), [&b](const Tensor& mine) {
    return std::any_of(b.tensors().begin(), b.tensors().end(),
                       [&mine](const Tensor& other) { return mine.is_same(other); });
  });
}

}  // namespace

EnergyParts::EnergyParts(std::vector<std::shared_ptr<Energy>> parts, std::string_view who) : parts_(std::move(parts)) {
  require(!parts_.empty(), "{}: no energies are given. Pass at least one.", who);
  for (size_t i = 0; i < parts_.size(); ++i) {
    require(parts_[i] != nullptr, "{}: part {} is empty.", who, i);
    const Parameters& theta = parts_[i]->parameters();
    require(!share_a_tensor(theta, parameters_),
            "{}: part {} shares parameters with an earlier part (each name has one gradient). Give it a copy of them.",
            who, i);
    first_.push_back(parameters_.size());
    parameters_.add_all(std::to_string(i), theta);
  }
}

Gradients EnergyParts::slice(const Gradients& out, size_t index) const {
  require_accumulators(out, parameters_.size());
  return out.slice(first_.at(index), parts_.at(index)->parameters().size());
}

void EnergyParts::require_same_datum(std::string_view who) const {
  const Shape expected = parts_[0]->datum_shape();
  for (size_t i = 1; i < parts_.size(); ++i) {
    const Shape shape = parts_[i]->datum_shape();
    require(shape == expected, "{}: part {} takes data of {}, part 0 of {} (all see the same x).", who, i,
            to_text(shape), to_text(expected));
  }
}

}  // namespace mdsm
