// A learnt density of the plane beside the true one, where that is known.

#include "mdsm/evaluate/plane_density.h"

#include <fmt/format.h>

#include "mdsm/evaluate/run_data.h"
#include "mdsm/formats/png.h"
#include "mdsm/report/cells.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr int64_t kSide = 192;

}  // namespace

void add_plane_density(ReportContext& context) {
  const auto density = known_density_of(context.run().experiment());
  if (!context.computes() || density == nullptr) return;
  context.page.heading("Density of the plane");
  const PlaneComparison found = compare_on_plane(context.energy(), *density, context.run().trained.sigma0(), kSide);
  context.page.add(block::Picture{
      .name = "plane-density",
      .png = encode_png(picture(found)),
      .alt = "three squares, dark where the density is large: truth, smoothed truth, learnt density",
      .caption =
          fmt::format("Truth, truth with noise of sigma0 = {:g} (what the energy is to learn), learnt density; on "
                      "[-{:.3g}, {:.3g}]^2, square roots on one scale.",
                      context.run().trained.sigma0(), found.grid.half_width, found.grid.half_width),
      .width = 860});
  context.page.add(block::Table{
      .head = {"divergence", "nats"},
      .rows = {{"KL(smoothed truth || learnt)", number_cell(found.kl_smoothed)},
               {"KL(truth || learnt)", number_cell(found.kl_truth)},
               {"KL(truth || smoothed truth), the part of it that the smoothing costs", number_cell(found.kl_floor)}}});
}

}  // namespace mdsm::report
