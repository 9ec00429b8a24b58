#include "mdsm/sample/start.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/sample/lookup.h"
#include "mdsm/sample/options.h"

namespace mdsm {
namespace {

struct NamedStart {
  std::string name;
  Start (*build)(const SampleOptions& options);
};

const std::vector<NamedStart>& starts() {
  static const std::vector<NamedStart> table{
      {"noise", [](const SampleOptions& o) { return noise_start(o.start_centre, o.start_scale); }},
      {"uniform", [](const SampleOptions&) { return uniform_start(); }},
  };
  return table;
}

}  // namespace

Start noise_start(double centre, double scale) {
  require(scale >= 0 && std::isfinite(scale) && std::isfinite(centre),
          "start of the chains: noise of size {} around {} (both must be finite, the size at least 0). Change "
          "sample.start_scale or sample.start_centre.",
          scale, centre);
  return [centre, scale](const RandomRows& rows, at::IntArrayRef datum_shape) {
    return rows.normal(0, datum_shape).mul_(scale).add_(centre);
  };
}

Start uniform_start() {
  return [](const RandomRows& rows, at::IntArrayRef datum_shape) { return rows.uniform(0, datum_shape); };
}

std::vector<std::string> start_names() { return names_of(starts()); }

Start build_start(const SampleOptions& options) {
  return find_named(starts(), options.start, "sample.start").build(options);
}

}  // namespace mdsm
