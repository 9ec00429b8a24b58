#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mdsm/engine/check_passes.h"

namespace mdsm::checking {

/// Compares tensors and writes down, a line each, what differs: what check_op reports.
class Findings {
 public:
  Findings(std::string op, uint64_t seed) : op_(std::move(op)), seed_(seed) {}

  void add(const std::string& pass, const std::string& text);
  /// \param tolerance  of the largest error, relative to the largest expected entry or 1
  void compare(const std::string& pass, const Tensor& actual, const Tensor& expected, double tolerance);
  void compare(const std::string& pass, const Tensors& actual, const Tensors& expected, double tolerance);
  /// Every pass.
  void compare(const std::string& where, const Passes& actual, const Passes& expected, double tolerance);

  std::vector<std::string> take() { return std::move(failures_); }

 private:
  std::string op_;
  uint64_t seed_;
  std::vector<std::string> failures_;
};

}  // namespace mdsm::checking
