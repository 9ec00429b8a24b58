#include "mdsm/report/make_report.h"

#include <fmt/format.h>

#include <array>

#include "mdsm/base/text.h"
#include "mdsm/report/sections.h"

namespace mdsm::report {
namespace {

constexpr std::array kSections{add_about,     add_curves,      add_sample_grids, add_plane_density, add_chain,
                               add_denoising, add_restoration, add_energies,     add_neighbours,    add_evaluations};

std::string title_of(const ReportContext& context) {
  std::string title = context.run().name;
  if (context.compares()) title += fmt::format(" and {} more", context.runs.size() - 1);
  return title;
}

std::string summary_of(const ReportRun& run) {
  const EnergyOptions& energy = run.experiment().energy;
  return fmt::format("An energy of **{}**: {} of width {}, {} parameters, after {} updates.",
                     run.experiment().data.name, energy.kind, energy.width, format_count(run.parameter_count()),
                     format_count(run.trained.step));
}

}  // namespace

Page make_report(const ReportOptions& options, const Watch& watch) {
  Page page;
  ReportContext context(options, page, watch);
  page.title = title_of(context);
  page.summary = summary_of(context.run());
  for (size_t i = 0; i < kSections.size(); ++i) {
    context.begin_section(i, kSections.size());
    kSections[i](context);
  }
  return page;
}

}  // namespace mdsm::report
