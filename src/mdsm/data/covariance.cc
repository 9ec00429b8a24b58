#include "mdsm/data/covariance.h"

#include <tuple>

#include "mdsm/base/error.h"

namespace mdsm {

void CovarianceAccumulator::add(const Tensor& rows) {
  require(rows.dim() == 2 && rows.size(0) >= 1 && rows.is_floating_point(),
          "moments: features of shape {} and type {} (expected floating point, (B, D)).", to_text(rows.sizes()),
          toString(rows.scalar_type()));
  require(count_ == 0 || rows.size(1) == mean_.size(0), "moments: {} features a datum after {} before.", rows.size(1),
          count_ == 0 ? 0 : mean_.size(0));
  const bool whole = keep_ == Keep::covariance;
  const Tensor f = rows.to(at::kDouble);
  const Tensor mean = f.mean(0);
  const Tensor centred = f - mean;
  const auto added = static_cast<double>(f.size(0));
  if (count_ == 0) {
    mean_ = mean;
    scatter_ = whole ? centred.t().mm(centred) : centred.square().sum(0);
  } else {
    const auto before = static_cast<double>(count_);
    const Tensor shift = mean - mean_;
    const double weight = before * added / (before + added);
    if (whole) {  // in place: such a matrix may be larger than the data
      scatter_.addmm_(centred.t(), centred);
      scatter_.addr_(shift, shift, 1, weight);
    } else {
      scatter_ += centred.square().sum(0) + shift.square() * weight;
    }
    mean_ = mean_ + shift * (added / (before + added));
  }
  count_ += f.size(0);
}

double CovarianceAccumulator::divided_by(Divisor divisor) const {
  require(count_ >= 2, "moments: {} data have no covariance. Take at least 2.", count_);
  return static_cast<double>(divisor == Divisor::count ? count_ : count_ - 1);
}

Tensor CovarianceAccumulator::covariance(Divisor divisor) const {
  require(keep_ == Keep::covariance, "moments: the variances alone were kept.");
  return scatter_ / divided_by(divisor);
}

double CovarianceAccumulator::trace(Divisor divisor) const {
  const double by = divided_by(divisor);
  return (keep_ == Keep::covariance ? scatter_.trace() : scatter_.sum()).item<double>() / by;
}

PrincipalParts principal_parts(const Tensor& covariance, int64_t rank) {
  const int64_t width = covariance.size(0);
  require(rank >= 1 && rank <= width, "principal parts: rank {} of {} dimensions.", rank, width);
  const auto [rising, vectors] = at::linalg_eigh(covariance);
  const Tensor values = rising.clamp_min(0);  // rounding leaves some just below
  const double residual = rank < width ? values.narrow(0, 0, width - rank).mean().item<double>() : 0;
  return {values.narrow(0, width - rank, rank).flip(0), vectors.narrow(1, width - rank, rank).t().flip(0), residual};
}

}  // namespace mdsm
