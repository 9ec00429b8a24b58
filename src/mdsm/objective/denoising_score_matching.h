#pragma once

#include <string>
#include <vector>

#include "mdsm/base/options.h"
#include "mdsm/base/tensor.h"

namespace mdsm {

/// How the loss of a noise level is weighed, l(sigma). The residual of a good denoiser is about sigma where the noise
/// is small and about sigma_data where it is large.
enum class Weighting {
  inverse_variance,   ///< 1/sigma^2: equal where the residual is sigma. Li, Chen, Sommer 2019
  inverse_deviation,  ///< 1/sigma: between that and the squared error
  edm,                ///< 1/sigma^2 + 1/sigma_data^2: equal at both ends. Karras et al. 2022, arXiv:2206.00364, table 1
  bounded,            ///< 1/(sigma^2 + sigma_data^2): small noise, whose details are hard, counts less
  uniform,            ///< 1: the squared error, ruled by the largest noise
};

/// "inverse-variance", ... in the order of the enum.
const std::vector<std::string>& weighting_names();
/// l (B) of levels sigma (B).
Tensor level_weight(Weighting weighting, const Tensor& sigma, double sigma_data);

/// The table [objective]: what training minimises.
struct ObjectiveOptions {
  std::string kind = "mdsm";
  double sigma0 = 0.1;
  std::string weighting = "inverse-variance";
  double sigma_data = 0.3;

  template <class Option> void visit(Option&& option) {
    option("kind", kind, "'mdsm' (many noise levels, weight 1/sigma^2) or 'dsm' (one level, sigma0, weight 1)",
           one_of({"mdsm", "dsm"}));
    option("sigma0", sigma0, "reference scale: the energy's unit (mdsm), or the noise level itself (dsm)", above(0));
    option(
        "weighting", weighting,
        "how 'mdsm' weighs a level: 'inverse-variance' 1/sigma^2 (the paper: levels count alike), 'inverse-deviation' "
        "1/sigma, 'edm' 1/sigma^2 + 1/sigma_data^2 (more for large noise), "
        "'bounded' 1/(sigma^2 + sigma_data^2) (less for small noise), 'uniform' 1 (squared error)",
        one_of(weighting_names()));
    option("sigma_data", sigma_data, "standard deviation of the data, for the weightings that need it", above(0));
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
///     MDSM   E l(sigma) || x - x~ + sigma0^2 grad E(x~) ||^2,    x~ = x + sigma n
///
/// l(sigma) = 1/sigma^2 unless ObjectiveOptions::weighting says otherwise.
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
  Weighting weighting_;
  double sigma_data_;
  double sigma0_;
};

}  // namespace mdsm
