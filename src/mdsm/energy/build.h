#pragma once

#include <memory>
#include <string>

#include "mdsm/base/options.h"
#include "mdsm/energy/energy.h"
#include "mdsm/energy/heads.h"

namespace mdsm {

/// Names of the networks that build_energy knows.
const std::vector<std::string>& energy_kinds();

/// The table [energy] of an experiment.
struct EnergyOptions {
  static constexpr int64_t kMaxWidth = 4096;
  static constexpr int64_t kMaxDepth = 1000;

  std::string kind = "resnet";
  int64_t width = 64;
  int64_t depth = 12;
  std::string head = "quadratic";
  std::string activation = "elu";

  template <class Option> void visit(Option&& option) {
    option("kind", kind, "network: a residual network for images, or a multi-layer perceptron", one_of(energy_kinds()));
    option("width", width, "filters of a residual network's stem; units of a perceptron's layer",
           between(1, kMaxWidth));
    option("depth", depth, "6, 12, 18 or 34 for a residual network; layers of a perceptron", between(1, kMaxDepth));
    option("head", head, "how features become an energy; only 'quadratic' grows as a denoiser's energy must",
           one_of(head_names()));
    option("activation", activation, "pointwise function between layers", one_of(activation_names()));
  }
};

/// A network of these options for data of this shape, with first weights drawn from the seed.
/// \throws Error for an unknown name, a depth or image size that the kind does not have, or more than 2^32 parameters
std::shared_ptr<Energy> build_energy(const EnergyOptions& options, const Shape& datum_shape, uint64_t seed);

/// Number of scalar parameters, without building the network. Throws as build_energy does.
int64_t energy_parameter_count(const EnergyOptions& options, const Shape& datum_shape);

/// Bytes by which training with (micro-)batches of `batch` raises the resident memory of the process at its peak:
/// weights, gradient, two moments and moving average, and what double backward keeps and works with.
///
/// A model of three constants fitted to measured peaks (LibTorch 2.11, 2 CPU threads, glibc's allocator, float32, Adam
/// and moving average, 3 to 12 steps; a peak varies by 6 % between runs). Measured and estimated MiB: Res12 width 16
/// batch 128: 557 to 591 and 540; Res12 width 64 batch 32: 755 to 850 and 798; eleven residual networks of 0.16 to 45 M
/// parameters within 12 %, perceptrons above 170 MiB within 20 %.
///
/// \throws Error as build_energy does, or for a batch below 1
int64_t estimate_training_memory(const EnergyOptions& options, const Shape& datum_shape, int64_t batch);

}  // namespace mdsm
