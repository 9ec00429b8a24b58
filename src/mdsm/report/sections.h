#pragma once

#include "mdsm/report/context.h"

namespace mdsm::report {

// One file a section, in the order of the page.
void add_about(ReportContext& context);
void add_curves(ReportContext& context);
void add_sample_grids(ReportContext& context);
void add_plane_density(ReportContext& context);
void add_chain(ReportContext& context);
void add_denoising(ReportContext& context);
void add_restoration(ReportContext& context);
void add_energies(ReportContext& context);
void add_neighbours(ReportContext& context);
void add_evaluations(ReportContext& context);

}  // namespace mdsm::report
