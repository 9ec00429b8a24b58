// The quadratic head beside the linear one.

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/parts.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

std::vector<Step> steps(const Place& place) {
  const std::string denoised = place.scale().count(32, 500, 2000);
  std::vector<Step> steps;
  for (const std::string run : {"mnist", "mnist-linear-head"}) {
    for (Step& step : digit_samples(place, run, place.scale().chain())) steps.push_back(std::move(step));
    steps.push_back({run + "-denoising", run, {"evaluate", place.run(run), "noise-levels", "-n", denoised, "--json"}});
  }
  return steps;
}

void write(const Findings& findings, SectionText& text) {
  const auto series = [&](const std::string& run, const std::string& label) {
    return column_of(findings.rows(run + "-denoising", "noise_levels"), label, "sigma", "error");
  };
  const block::Series quadratic = series("mnist", "quadratic"), linear = series("mnist-linear-head", "linear");
  const double q = digit_distance(findings, "mnist");
  const double l = digit_distance(findings, "mnist-linear-head");
  text.page.add(block::Gallery{{findings.picture("mnist-samples", "Samples with the quadratic head",
                                                 "quadratic head, Frechet distance " + decimal(q, 0)),
                                findings.picture("mnist-linear-head-samples", "Samples with the linear head",
                                                 "linear head, Frechet distance " + decimal(l, 0))},
                               "Samples of the annealed chain."});
  text.page.add(block::Chart{.name = "heads-error",
                             .caption = "Error of one jump against the noise that was added. grad E must grow with the "
                                        "noise: a quadratic E does so by itself.",
                             .x_label = "sigma",
                             .y_label = "error, root mean square a pixel",
                             .series = {quadratic, linear},
                             .log_x = true,
                             .log_y = true});
  size_t better = 0;
  for (size_t i = 0; i < quadratic.y.size(); ++i) better += quadratic.y[i] < linear.y[i] ? 1U : 0U;
  const std::string seen = "Frechet distance " + decimal(q, 0) + " against " + decimal(l, 0) +
                           "; a smaller denoising error at " + std::to_string(better) + " of " +
                           std::to_string(quadratic.y.size()) + " levels; at sigma 3 " +
                           decimal(quadratic.y.back(), 4) + " against " + decimal(linear.y.back(), 4);
  const bool samples = q < l, largest = quadratic.y.back() < linear.y.back();
  text.claims.push_back({"the quadratic head beats the linear one (sigma up to 3)", seen,
                         samples && largest     ? Verdict::holds
                         : !samples && !largest ? Verdict::fails
                                                : Verdict::undecided});
  write_comparison(
      findings, text.page,
      {"the linear head is \"significantly\" worse; no number is given",
       seen,
       {"mnist", "mnist-linear-head"},
       digit_count(findings, "mnist") + " samples each",
       findings.scale().is_paper() ? "the fraction of updates"
                                   : "width, optimiser and number of updates, the same for both; one seed"});
}

}  // namespace

const Section kHeads{"heads", "Linear against quadratic head", steps, write};

}  // namespace mdsm::reproduce
