#include "mdsm/evaluate/moments.h"

#include "mdsm/base/error.h"
#include "mdsm/formats/npy.h"

namespace mdsm {

Moments MomentAccumulator::moments() const {
  return {rows_.mean(), rows_.covariance(Divisor::count_less_one), rows_.count()};
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
