// How moments stand in a file.

#include <algorithm>

#include "mdsm/base/error.h"
#include "mdsm/data/moments.h"

namespace mdsm {
namespace {

constexpr std::string_view kPrefix = "moments.";

}  // namespace

bool is_moment_name(std::string_view name) { return name.starts_with(kPrefix); }

std::vector<std::pair<std::string, Tensor>> moment_tensors(const DataMoments& moments) {
  return {{"moments.mean", moments.mean},
          {"moments.factor", moments.factor.to(at::kHalf)},
          {"moments.residual_variance", at::full({1}, moments.residual_variance, at::kDouble)}};
}

std::shared_ptr<const DataMoments> moments_of(const std::vector<std::pair<std::string, Tensor>>& tensors,
                                              const Shape& datum_shape, const std::string& who) {
  const auto find = [&](std::string_view name) {
    const auto found =
        std::find_if(tensors.begin(), tensors.end(), [&](const auto& each) { return each.first == name; });
    return found == tensors.end() ? Tensor() : found->second;
  };
  if (std::none_of(tensors.begin(), tensors.end(), [](const auto& each) { return is_moment_name(each.first); })) {
    return nullptr;
  }
  const Tensor mean = find("moments.mean");
  const Tensor factor = find("moments.factor");
  const Tensor residual = find("moments.residual_variance");
  require(mean.defined() && factor.defined() && residual.defined() && residual.numel() == 1,
          "{}: the data's moments are incomplete (damaged?).", who);
  require(mean.sizes() == datum_shape && factor.dim() == mean.dim() + 1 && factor.sizes().slice(1) == datum_shape,
          "{}: moments of shape {} for data of shape {} (damaged?).", who, to_text(factor.sizes()),
          to_text(datum_shape));
  const auto variance = residual.to(at::kDouble).item<double>();
  require(variance >= 0 && mean.isfinite().all().item<bool>() && factor.isfinite().all().item<bool>(),
          "{}: the data's moments are not finite (damaged?).", who);
  return std::make_shared<DataMoments>(DataMoments{mean.to(at::kFloat), factor.to(at::kFloat), variance});
}

}  // namespace mdsm
