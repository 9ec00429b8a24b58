#pragma once

#include <string>

#include "mdsm/base/options.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// The table [objective]: what training minimises.
struct ObjectiveOptions {
  std::string kind = "mdsm";
  double sigma0 = 0.1;

  template <class Option> void visit(Option&& option) {
    option("kind", kind, "'mdsm' (many noise levels, weight 1/sigma^2) or 'dsm' (one level, sigma0, weight 1)",
           one_of({"mdsm", "dsm"}));
    option("sigma0", sigma0, "reference scale: the energy's unit (mdsm), or the noise level itself (dsm)", above(0));
  }
};

/// A loss at one batch and the direction that gives its parameter gradient.
struct ObjectiveValue {
  Tensor loss;       ///< (B) float32: l(sigma) || x - x~ + sigma0^2 grad E(x~) ||^2 of each datum
  Tensor direction;  ///< like x: v = d(mean loss)/d(grad E); Linearization::pull_back(v) gives d(mean loss)/d(theta)
};

/// Denoising score matching at one noise level or many.
///
///     DSM    E || x - x~ + sigma0^2 grad E(x~) ||^2
///     MDSM   E l(sigma) || x - x~ + sigma0^2 grad E(x~) ||^2,    x~ = x + sigma n,    l(sigma) = 1/sigma^2
///
/// The loss is the value that the authors *log*, near d for an untrained network under MDSM; what their code minimises
/// is the same divided by sigma0^4, a constant that Adam's update does not see (docs/adr/0003-loss-scale.md). Source:
/// Li, Chen, Sommer 2019, arXiv:1910.07762, equation 7 and appendix A; Vincent 2011.
class DenoisingScoreMatching {
 public:
  explicit DenoisingScoreMatching(const ObjectiveOptions& options);

  /// \param x         clean data (B, ...)
  /// \param noisy     x~, like x
  /// \param sigma     (B), the level of each datum
  /// \param gradient  grad E(x~), like x
  /// \param batch     number of data the mean runs over; more than B where a batch is split into micro-batches
  /// \throws Error unless the shapes agree
  ObjectiveValue operator()(const Tensor& x, const Tensor& noisy, const Tensor& sigma, const Tensor& gradient,
                            int64_t batch) const;

  double sigma0() const { return sigma0_; }

 private:
  bool inverse_variance_;
  double sigma0_;
};

}  // namespace mdsm
