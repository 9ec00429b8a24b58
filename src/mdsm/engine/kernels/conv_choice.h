#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mdsm/engine/kernels/choice_file.h"
#include "mdsm/engine/kernels/conv_passes.h"
#include "mdsm/engine/kernels/conv_weight_gradient.h"

namespace mdsm {

/// One candidate's time for one convolution, in seconds: the least of a few runs.
struct ConvTiming {
  std::string method;
  double seconds = 0;
};

/// What was measured and chosen for one pass of one shape.
struct ConvDecision {
  std::string pass;                 ///< "forward", "input gradient" or "weight gradient"
  std::string shape;                ///< "128 x 16 -> 32, 32x32, kernel 4, stride 2, padding 1, bfloat16, 2 threads"
  double gflop = 0;                 ///< 10^9 multiplications and additions of the pass
  std::vector<ConvTiming> timings;  ///< empty where the choice was known
  std::string chosen;               ///< the fastest method

  std::string key() const { return pass + ": " + shape; }
};

/// Runs each pass of a convolution by the method that is fastest on this machine for its shape, type and number of
/// threads: no method wins everywhere. The first call of a shape times all candidates on the tensors at hand; later
/// calls look the answer up. Batches count as the next power of two. Calls from several threads are safe.
///
/// Methods differ in rounding alone. With a file (choice_file.h) every process on the machine uses the same ones, and a
/// training state carries its own (chosen(), adopt()), so that repeated and resumed runs give the same bytes. Where a
/// pointer to a choice is null nothing is measured: LibTorch's methods. docs/adr/0006.
class ConvChoice {
 public:
  explicit ConvChoice(std::optional<ChoiceFile> file = std::nullopt);

  /// As in conv_passes.h; `bias` (K) may be undefined.
  Tensor forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvGeometry& geometry);
  Tensor input_gradient(const Tensor& y_bar, const Tensor& weight, const ConvGeometry& geometry, int64_t height,
                        int64_t width);
  /// As in conv_weight_gradient.h.
  void add_weight_gradient(std::span<const ConvPair> pairs, const ConvGeometry& geometry, const Tensor& out);

  /// All decisions of this process so far, by pass and shape; without timings where the file or adopt() knew them.
  std::vector<ConvDecision> decisions() const;
  /// One line a decision: pass, shape, the chosen method with time and GFLOP/s, then the others with their times.
  std::string describe() const;

  /// The methods in use, by pass and shape.
  Choices chosen() const;
  /// From here on uses these methods, where they are known.
  void adopt(const Choices& choices);

 private:
  template <class Method, class Run>
  Method choose(const ConvDecision& blank, const std::vector<Method>& methods, Run run);

  std::optional<ChoiceFile> file_;
  mutable std::mutex mutex_;
  Choices known_;
  std::map<std::string, ConvDecision> decisions_;
};

/// A choice with decisions of its own that starts from, and adds to, ChoiceFile::of_this_machine().
std::shared_ptr<ConvChoice> new_machine_conv_choice();

/// The one of this process, for all energies that have no decisions of their own to keep: a cache of measurements of
/// this machine.
std::shared_ptr<ConvChoice> machine_conv_choice();

}  // namespace mdsm
