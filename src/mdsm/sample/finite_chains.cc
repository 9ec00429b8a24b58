#include "mdsm/sample/finite_chains.h"

#include <cmath>

#include "mdsm/base/error.h"
#include "mdsm/base/finite.h"

namespace mdsm {
namespace {

[[noreturn]] void fail_at(const std::vector<int64_t>& rows, const std::string& where, const ChainNames& names) {
  const bool denoises = names.kind == SamplerKind::denoising;
  fail(
      "sampling: {} of {} chains left the finite numbers {} (seed {} is the first; {}). {}, or look at the "
      "training's loss.",
      rows.size(), names.seeds.size(), where, names.seeds[static_cast<size_t>(rows.front())],
      denoises ? "the energy's gradient there is too large or none"
               : "steps too large for the energy's curvature diverge",
      denoises ? "Lower sample.sigma_max" : "Lower sample.step_size");
}

std::string place_of(const ChainState& state, SamplerKind kind, double sigma0) {
  if (kind == SamplerKind::thermal) return fmt::format("temperature {:.4g}", state.temperature);
  return fmt::format("noise {:.4g}", std::sqrt(state.temperature) * sigma0);
}

}  // namespace

void require_finite(const ChainState& state, const ChainNames& names, double sigma0) {
  const auto check = [&](const Tensor& values, const char* what) {
    if (all_finite(values)) return;
    fail_at(rows_not_finite(values),
            fmt::format("at step {} of {}, {}: {}", state.step, state.steps, place_of(state, names.kind, sigma0), what),
            names);
  };
  check(state.x, "what the step before has left");
  check(state.energy, "the energy");
  check(state.gradient, "its gradient");
}

void require_finite(const ChainEnd& end, const ChainNames& names) {
  if (!all_finite(end.x)) fail_at(rows_not_finite(end.x), "in the last step", names);
}

}  // namespace mdsm
