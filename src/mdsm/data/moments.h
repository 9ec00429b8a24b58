#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mdsm/base/watch.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// The mean and the covariance of data, the latter at a rank:  C = sum_k f_k f_k' + v I.
///
/// f_k = sqrt(l_k - v) e_k for the r largest eigenvalues l_k of the covariance and their eigenvectors e_k; v is the
/// mean of the other eigenvalues, so that the trace is that of the data. This is the maximum-likelihood Gaussian of
/// the form (Tipping and Bishop 1999, "Probabilistic principal component analysis").
struct DataMoments {
  Tensor mean;                   ///< (datum_shape...) float32
  Tensor factor;                 ///< (r, datum_shape...) float32, of float16 numbers: what a file keeps
  double residual_variance = 0;  ///< v, of each coordinate

  Shape datum_shape() const { return Shape(mean.sizes().begin(), mean.sizes().end()); }
  int64_t rank() const { return factor.size(0); }
};

/// How moments are fitted.
struct MomentOptions {
  int64_t rank = 192;         ///< at most: no more than there are dimensions, or data less one
  int64_t most_data = 10000;  ///< of more data as many that stand for them (data/subset.h)
};

/// Largest dimension whose covariance is kept in memory as a whole, (d, d) float64. Above it the eigenvectors come from
/// kMomentSubset data that stand for them through their Gram matrix; mean and trace still from all data.
inline constexpr int64_t kDenseMoments = 4096;
inline constexpr int64_t kMomentSubset = 1024;

/// Mean and covariance (divided by n) of a source in one pass, batch by batch, in float64.
/// \throws Error unless rank >= 1, most_data >= 2 and the source holds at least two data; (interrupted)
DataMoments fit_moments(const Source& source, const MomentOptions& options = {}, const Watch& watch = {});

/// As tensors of a safetensors file, under the prefix "moments.": "mean" (F32), "factor" (F16), "residual_variance".
std::vector<std::pair<std::string, Tensor>> moment_tensors(const DataMoments& moments);

/// The moments among the tensors of a file; null if there are none.
/// \throws Error, which `who` opens, if they are incomplete or not for data of this shape
std::shared_ptr<const DataMoments> moments_of(const std::vector<std::pair<std::string, Tensor>>& tensors,
                                              const Shape& datum_shape, const std::string& who);

/// Whether a tensor's name is that of a part of the moments.
bool is_moment_name(std::string_view name);

}  // namespace mdsm
