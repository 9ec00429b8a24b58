// Appendix B: what one noise level learns, beside many.

#include <algorithm>

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/parts.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

struct Subject {
  const char* run;
  const char* label;
  const char* paper;
};

constexpr Subject kSubjects[] = {{"mnist-single-noise-0.3", "sigma 0.3 alone", "local correlations only"},
                                 {"mnist-single-noise-0.6", "sigma 0.6 alone", "strokes"},
                                 {"mnist-single-noise-1.0", "sigma 1.0 alone", "global shape, no detail"},
                                 {"mnist", "0.1 to 3", "digits"}};

std::vector<std::string> chain_of(const Place& place, const std::string& run) {
  if (run == "mnist") return place.scale().chain();
  return {"--steps", place.scale().is_smoke() ? "21" : "1001"};
}

std::vector<Step> steps(const Place& place) {
  const std::string denoised = place.scale().count(32, 500, 2000);
  std::vector<Step> steps;
  for (const auto& [run, label, paper] : kSubjects) {
    for (Step& step : digit_samples(place, run, chain_of(place, run))) steps.push_back(std::move(step));
    steps.push_back({std::string(run) + "-denoising",
                     run,
                     {"evaluate", place.run(run), "noise-levels", "--sigma-min", "0.1", "--sigma-max", "3", "-n",
                      denoised, "--json"}});
  }
  return steps;
}

/// How many times larger one error is than the other where it is worst for it.
double worst_ratio(const block::Series& one, const block::Series& other) {
  double worst = 0;
  for (size_t level = 0; level < one.y.size(); ++level) worst = std::max(worst, one.y[level] / other.y[level]);
  return worst;
}

void write_claim(const Findings& findings, SectionText& text, const std::vector<block::Series>& errors) {
  const double many = digit_distance(findings, "mnist");
  double best = INFINITY, gap = INFINITY;
  for (size_t i = 0; i + 1 < errors.size(); ++i) {
    best = std::min(best, digit_distance(findings, kSubjects[i].run));
    gap = std::min(gap, worst_ratio(errors[i], errors.back()));
  }
  text.claims.push_back(
      {"many noise levels beat one (samples and denoising, MNIST)",
       "Frechet distance " + decimal(many, 0) + " with many, " + decimal(best, 0) +
           " with the best single one; between sigma 0.1 and 3 the single one that denoises best errs up to " +
           decimal(gap, 1) + " times as much as the many",
       many < best && gap > 1 ? Verdict::holds : Verdict::fails});
}

void write(const Findings& findings, SectionText& text) {
  block::Table table{{"trained with noise", "Frechet distance of samples", "the paper saw"}, {}, ""};
  block::Gallery gallery{{},
                         "Samples. A single level: from noise of that size, 1000 steps at temperature 1, and "
                         "the jump; many: the anneal."};
  std::vector<block::Series> errors;
  std::vector<std::string> runs;
  for (const auto& [run, label, paper] : kSubjects) {
    const std::string name = run;
    runs.push_back(name);
    table.rows.push_back({label, decimal(digit_distance(findings, name), 0), paper});
    gallery.pictures.push_back(
        findings.picture(name + "-samples", std::string("Samples of the energy trained with ") + label, label));
    errors.push_back(column_of(findings.rows(name + "-denoising", "noise_levels"), label, "sigma", "error"));
  }
  text.page.add(table);
  text.page.add(gallery);
  text.page.add(block::Chart{.name = "denoising-error",
                             .caption =
                                 "Error of one jump, root mean square a pixel, against the noise that was added: a "
                                 "single level denoises at its own, many levels at all.",
                             .x_label = "sigma",
                             .y_label = "error",
                             .series = errors,
                             .log_x = true,
                             .log_y = true});
  write_claim(findings, text, errors);
  write_comparison(findings, text.page,
                   {"pictures for sigma 0.3, 0.6 and 1.0, and the words above", "the table above", runs,
                    digit_count(findings, "mnist") +
                        " samples each, digit features: few, so the distances compare only with each other",
                    findings.scale().is_paper() ? "the fraction of updates"
                                                : "width, optimiser and number of updates, the same for all four"});
}

}  // namespace

const Section kSingleNoise{"single-noise", "Appendix B: one noise level", steps, write};

}  // namespace mdsm::reproduce
