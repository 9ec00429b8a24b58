#include "mdsm/evaluate/moments.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/npy.h"

namespace mdsm {

void MomentAccumulator::add(const Tensor& features) {
  require(features.dim() == 2 && features.size(0) >= 1 && features.is_floating_point(),
          "moments: features of shape {} and type {} (expected floating point, (B, D)).", to_text(features.sizes()),
          toString(features.scalar_type()));
  require(count_ == 0 || features.size(1) == mean_.size(0), "moments: {} features a datum after {} before.",
          features.size(1), count_ == 0 ? 0 : mean_.size(0));
  const Tensor f = features.to(at::kDouble);
  const Tensor mean = f.mean(0);
  const Tensor centred = f - mean;
  const Tensor scatter = centred.t().mm(centred);
  const auto added = static_cast<double>(f.size(0));
  if (count_ == 0) {
    mean_ = mean;
    scatter_ = scatter;
  } else {
    const auto before = static_cast<double>(count_);
    const Tensor shift = mean - mean_;
    scatter_ += scatter;
    scatter_ += shift.outer(shift) * (before * added / (before + added));
    mean_ = mean_ + shift * (added / (before + added));
  }
  count_ += f.size(0);
}

Moments MomentAccumulator::moments() const {
  require(count_ >= 2, "moments: {} data have no covariance. Take at least 2.", count_);
  return {mean_, scatter_ / static_cast<double>(count_ - 1), count_};
}

Moments moments_of(const Tensor& features) {
  MomentAccumulator accumulator;
  for (const Tensor& part : features.split(8192)) accumulator.add(part);
  return accumulator.moments();
}

void write_moments(const std::filesystem::path& path, const Moments& moments) {
  write_npz(path, {{"mu", moments.mean}, {"sigma", moments.covariance}, {"n", at::tensor({moments.count}, at::kLong)}});
}

Moments read_moments(const std::filesystem::path& path) {
  Moments moments{read_npz(path, "mu").to(at::kDouble), read_npz(path, "sigma").to(at::kDouble), 0};
  const Tensor& mean = moments.mean;
  const Tensor& covariance = moments.covariance;
  const bool fit = mean.dim() == 1 && mean.size(0) >= 1 && covariance.dim() == 2 &&
                   covariance.size(0) == mean.size(0) && covariance.size(1) == mean.size(0);
  require(fit, "{}: mu has shape {} and sigma {} (expected (D) and (D, D)).", path.string(), to_text(mean.sizes()),
          to_text(covariance.sizes()));
  require(at::isfinite(mean).all().item<bool>() && at::isfinite(covariance).all().item<bool>(),
          "{}: mu or sigma holds a number that is not finite.", path.string());
  for (const std::string& name : npz_names(path)) {
    if (name == "n") moments.count = read_npz(path, name).reshape({-1})[0].item<int64_t>();
  }
  return moments;
}

}  // namespace mdsm
