#include "mdsm/sample/start.h"

#include <cmath>

#include "mdsm/base/alone.h"
#include "mdsm/base/error.h"
#include "mdsm/base/named.h"
#include "mdsm/sample/options.h"

namespace mdsm {
namespace {

struct NamedStart {
  std::string name;
  /// \param scale  of the noise
  Start (*build)(const SampleOptions& options, const SampleContext& context, double scale);
};

const std::vector<NamedStart>& starts() {
  static const std::vector<NamedStart> table{
      {"noise",
       [](const SampleOptions& o, const SampleContext&, double scale) { return noise_start(o.start_centre, scale); }},
      {"uniform", [](const SampleOptions&, const SampleContext&, double) { return uniform_start(); }},
      {"mean", [](const SampleOptions&, const SampleContext& c, double scale) { return mean_start(c.moments, scale); }},
      {"gaussian",
       [](const SampleOptions&, const SampleContext& c, double scale) { return gaussian_start(c.moments, scale); }},
  };
  return table;
}

void require_noise(double centre, double scale) {
  require(scale >= 0 && std::isfinite(scale) && std::isfinite(centre),
          "start of the chains: noise of size {} around {} (both must be finite, the size at least 0). Change "
          "sample.start_scale or sample.start_centre.",
          scale, centre);
}

void require_moments(const std::shared_ptr<const DataMoments>& moments, std::string_view start) {
  require(moments != nullptr,
          "start of the chains: '{}' needs the data's moments, which this checkpoint does not hold (it was written "
          "before they were kept, or with train.moments_rank = 0). Start from 'noise', or train again.",
          start);
}

void require_fits(const DataMoments& moments, at::IntArrayRef datum_shape) {
  require(moments.mean.sizes() == datum_shape, "start of the chains: moments of shape {} for data of shape {}.",
          to_text(moments.mean.sizes()), to_text(datum_shape));
}

/// The noise that the sampler begins with unless told.
double own_scale(const SampleOptions& options, const SampleContext& context, SamplerKind kind) {
  if (options.start_scale > 0) return options.start_scale;
  return kind == SamplerKind::denoising ? sampling_range(options, context).max : 1;
}

}  // namespace

Start noise_start(double centre, double scale) {
  require_noise(centre, scale);
  return [centre, scale](const RandomRows& rows, at::IntArrayRef datum_shape) {
    return rows.normal(0, datum_shape).mul_(scale).add_(centre);
  };
}

Start uniform_start() {
  return [](const RandomRows& rows, at::IntArrayRef datum_shape) { return rows.uniform(0, datum_shape); };
}

Start mean_start(std::shared_ptr<const DataMoments> moments, double scale) {
  require_noise(0, scale);
  require_moments(moments, "mean");
  return [moments = std::move(moments), scale](const RandomRows& rows, at::IntArrayRef datum_shape) {
    require_fits(*moments, datum_shape);
    return rows.normal(0, datum_shape).mul_(scale).add_(moments->mean);
  };
}

Start gaussian_start(std::shared_ptr<const DataMoments> moments, double scale) {
  require_noise(0, scale);
  require_moments(moments, "gaussian");
  return [moments = std::move(moments), scale](const RandomRows& rows, at::IntArrayRef datum_shape) {
    require_fits(*moments, datum_shape);
    Tensor x = rows.normal(0, datum_shape).mul_(std::sqrt(scale * scale + moments->residual_variance));
    const Tensor z = rows.normal(1, {moments->rank()});  // (B, r)
    const Tensor factor = moments->factor.flatten(1);
    x.add_(map_each_alone(z, [&](const Tensor& row) { return row.mm(factor); }).view(x.sizes()));
    return x.add_(moments->mean);
  };
}

std::vector<std::string> start_names() {
  std::vector<std::string> names = names_of(starts());
  names.insert(names.begin(), "default");
  return names;
}

Start build_start(const SampleOptions& options, const SampleContext& context) {
  const SamplerKind kind = sampler_kind(options.sampler);
  const std::string own = kind == SamplerKind::denoising ? "gaussian" : "noise";
  const NamedStart& start = find_named(starts(), options.start == "default" ? own : options.start, "sample.start");
  return start.build(options, context, start.name == "uniform" ? 0 : own_scale(options, context, kind));
}

}  // namespace mdsm
