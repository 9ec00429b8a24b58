#pragma once

#include <memory>
#include <vector>

#include "mdsm/energy/energy.h"

namespace mdsm {

/// The energies that a composed energy is made of, and their parameters under "0.name", "1.name", ... (the same
/// tensors).
class EnergyParts {
 public:
  /// \param who  opens the error texts
  /// \throws Error if there is no part, a part is missing, or two parts share a parameter (each name has one gradient)
  EnergyParts(std::vector<std::shared_ptr<Energy>> parts, std::string_view who);

  size_t size() const { return parts_.size(); }
  const Energy& operator[](size_t index) const { return *parts_.at(index); }
  const Parameters& parameters() const { return parameters_; }
  /// The accumulators of part `index` among those of parameters().
  /// \throws Error unless `out` has one a parameter
  Gradients slice(const Gradients& out, size_t index) const;
  /// \throws Error unless all parts take data of one shape
  void require_same_datum(std::string_view who) const;

 private:
  std::vector<std::shared_ptr<Energy>> parts_;
  std::vector<size_t> first_;  ///< index of each part's first parameter
  Parameters parameters_;
};

}  // namespace mdsm
