#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "mdsm/energy/kernels/conv_passes.h"
#include "mdsm/energy/kernels/conv_weight_gradient.h"

namespace mdsm {

/// One candidate's time for one convolution, in seconds: the least of three runs.
struct ConvTiming {
  std::string method;
  double seconds = 0;
};

/// What was measured and chosen for one pass of one shape.
struct ConvDecision {
  std::string pass;   ///< "forward", "input gradient" or "weight gradient"
  std::string shape;  ///< "128 x 16 -> 32, 32x32, kernel 4, stride 2, padding 1, bfloat16, 2 threads"
  double gflop = 0;   ///< 10^9 multiplications and additions of the pass
  std::vector<ConvTiming> timings;
  size_t chosen = 0;  ///< index of the fastest
};

/// Runs each pass of a convolution by the method that is fastest on this machine for its shape, type and number of
/// threads: no method wins everywhere. The first call of a shape times all candidates on the tensors at hand; later
/// calls look the answer up. An engine owns one; calls from several threads are safe.
///
/// Methods differ in rounding alone. So a chosen method may differ between two runs of a program, and results by
/// rounding with it; `ConvChoice(Candidates::aten)` gives up the choice for repeatability.
class ConvChoice {
 public:
  enum class Candidates { all, aten };

  explicit ConvChoice(Candidates candidates = Candidates::all) : candidates_(candidates) {}

  /// As in conv_passes.h.
  Tensor forward(const Tensor& x, const Tensor& weight, const ConvGeometry& geometry);
  Tensor input_gradient(const Tensor& y_bar, const Tensor& weight, const ConvGeometry& geometry, int64_t height,
                        int64_t width);
  /// As in conv_weight_gradient.h.
  void add_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& geometry, const Tensor& out);

  /// All decisions so far, by pass and shape.
  std::vector<ConvDecision> decisions() const;
  /// One line a decision: pass, shape, the chosen method with time and GFLOP/s, then the others with their times.
  std::string describe() const;

 private:
  template <class Method, class Run>
  Method choose(const ConvDecision& blank, const std::vector<Method>& methods, Run run);

  Candidates candidates_;
  mutable std::mutex mutex_;
  std::map<std::string, ConvDecision> decisions_;
};

}  // namespace mdsm
