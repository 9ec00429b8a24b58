#include "mdsm/restore/classical.h"

#include "mdsm/base/error.h"
#include "mdsm/base/named.h"

namespace mdsm {
namespace {

std::string operator_of(const std::string& baseline) {
  if (baseline == "harmonic") return "inpainting";
  if (baseline == "bicubic") return "downsampling";
  if (baseline == "grey") return "decolorize";
  return "";
}

}  // namespace

Tensor bicubic(const Tensor& small, const Shape& shape) {
  require(shape.size() == 3 && small.dim() == 4 && small.size(1) == shape[0],
          "bicubic: a batch {} to images of {} (expected the same channels).", to_text(small.sizes()), to_text(shape));
  return at::upsample_bicubic2d(small, {shape[1], shape[2]}, /*align_corners=*/false);
}

const std::vector<std::string>& baseline_names() {
  static const std::vector<std::string> names{"harmonic", "bicubic", "grey", "tv"};
  return names;
}

std::string resolved_baseline(const std::string& name, const Measurement& measurement) {
  const std::string what = measurement.a().name();
  if (name == "auto") {
    if (what == "inpainting" && measurement.sigma() == 0) return "harmonic";
    if (what == "downsampling") return "bicubic";
    return what == "decolorize" ? "grey" : "tv";
  }
  std::vector<std::string> known = baseline_names();
  known.insert(known.begin(), "auto");
  index_of_name(name, known, "baseline");
  require(name == "tv" || operator_of(name) == what, "baseline {}: it is for {}, not for {}. Take tv, which fits all.",
          name, operator_of(name), what);
  return name;
}

Tensor classical_restoration(const std::string& resolved, const Measurement& measurement) {
  const LinearOperator& a = measurement.a();
  if (resolved == "harmonic") return harmonic_fill(measurement.y(), a.where_measured()[0]);
  if (resolved == "bicubic") return bicubic(measurement.y(), a.domain());
  if (resolved == "grey") return measurement.y().expand(batch_shape(measurement.count(), a.domain())).contiguous();
  return total_variation(measurement);
}

Tensor as_picture(const Measurement& measurement) {
  const LinearOperator& a = measurement.a();
  if (a.range() == a.domain()) return measurement.y() + (1 - a.where_measured()) * 0.5;
  if (a.name() == "decolorize") return classical_restoration("grey", measurement);
  return measurement.projected();
}

}  // namespace mdsm
