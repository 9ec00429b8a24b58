#pragma once

#include "mdsm/engine/check_findings.h"
#include "mdsm/engine/check_op.h"

namespace mdsm::checking {

/// A type and device in which an op is looked at.
struct CheckedType {
  std::string name;
  at::ScalarType type;
  at::Device device;
  double tolerance;
};
/// float64, float32 and bfloat16, on CUDA too where there is one; without those whose tolerance is 0.
std::vector<CheckedType> checked_types(const CheckOptions& options);

/// Whether an op lets numbers at the edge through, or rejects them with an Error, in every type that check_op looks at:
///
///   * NaN in an entry of anything that is fed: so is every result that depends on that entry;
///   * an infinity: every result is not finite either, or has the value that it has at 1e30;
///   * in both cases the other data of the batch come out as before;
///   * inputs that are 0, or denormal: finite results, in every type those of float64.
///
/// What must not happen is a finite number that looks like a result.
void check_edges(const Op& op, const Feed& feed, const CheckOptions& options, Findings& findings);

}  // namespace mdsm::checking
