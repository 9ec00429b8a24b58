#include "mdsm/engine/kernels/cpu/direct_plan.h"

#include <algorithm>

#include "mdsm/engine/kernels/cpu/correlate.h"

namespace mdsm::kernels {
namespace {

PhaseTap phase_tap(const ConvGeometry& geometry, int64_t tap) {
  const int64_t shift = tap - geometry.padding;
  const int64_t phase = ((shift % geometry.stride) + geometry.stride) % geometry.stride;
  return {phase, (shift - phase) / geometry.stride};
}

}  // namespace

DirectPlan::DirectPlan(const ConvGeometry& g, int64_t height_, int64_t width_)
    : geometry(g),
      height(height_),
      width(width_),
      out_height(g.output_size(height_)),
      out_width(g.output_size(width_)),
      left_pad(0),
      right_pad(0) {
  // Without neighbours the rows of an image are one long row.
  if (g == ConvGeometry{.kernel = 1, .stride = 1, .padding = 0}) {
    width = out_width = height * width;
    height = out_height = 1;
  }
  for (int64_t i = 0; i < g.kernel; ++i) row_taps.push_back(phase_tap(g, i));
  int64_t before = 0;
  for (int64_t first = 0; first < std::min(g.stride, g.kernel); ++first) {
    const int64_t taps = (g.kernel - first + g.stride - 1) / g.stride;
    for (int64_t done = 0; done < taps; done += kMaxTaps) {
      const PhaseTap tap = phase_tap(g, first + done * g.stride);
      const auto count = static_cast<int>(std::min<int64_t>(taps - done, kMaxTaps));
      groups.push_back({first + done * g.stride, tap.phase, tap.offset, count, before});
      before += count;
      left_pad = std::max(left_pad, tap.offset + count - 1);
      right_pad = std::max(right_pad, samples(width, tap.phase) - tap.offset - out_width);
    }
  }
}

bool DirectPlan::single_taps() const {
  return std::all_of(groups.begin(), groups.end(), [](const ColumnGroup& group) { return group.taps == 1; });
}

}  // namespace mdsm::kernels
