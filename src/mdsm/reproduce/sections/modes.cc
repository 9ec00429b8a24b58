// Modes of stacked MNIST.

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

/// Of 1000 modes: the paper reaches 966.
constexpr double kNearlyAll = 950;

std::vector<Step> steps(const Place& place) {
  const std::string run = place.run("stacked-mnist");
  const std::filesystem::path work = place.work("modes");
  std::vector<std::string> sample{"sample", run, "-n", "32", "--grid", (work / "stacked.png").string()};
  std::vector<std::string> modes{"evaluate", run, "modes", "-n", place.scale().count(64, 8000, 8000), "--json"};
  if (place.scale().is_paper()) {
    for (const std::string& part : place.scale().chain()) {
      sample.push_back(part);
      modes.push_back(part);
    }
  }
  return {{"samples", "stacked-mnist", sample}, {"modes", "stacked-mnist", modes}};
}

void write(const Findings& findings, SectionText& text) {
  const double modes = findings.number("modes", "modes");
  text.page.add(findings.picture("stacked", "Samples of stacked MNIST: a digit in each colour",
                                 "Samples: three digits, one a colour channel."));
  const std::string seen = decimal(modes, 0) + " of 1000 modes in " + decimal(findings.number("modes", "n"), 0) +
                           " samples (a perfect sampler: " + decimal(findings.number("modes", "perfect_modes"), 0) +
                           "), reverse KL " + decimal(findings.number("modes", "reverse_kl"), 3) +
                           " nat (perfect: " + decimal(findings.number("modes", "perfect_reverse_kl"), 3) + ")";
  text.claims.push_back({"samples of stacked MNIST reach nearly all modes (the paper: 966 of 1000)", seen,
                         modes >= kNearlyAll ? Verdict::holds : Verdict::fails});
  write_comparison(findings, text.page,
                   {"966 of 1000 modes, 8000 samples",
                    seen,
                    {"stacked-mnist"},
                    "one mode is a triple of classes, as the classifier `digits` reads the three channels",
                    findings.scale().is_paper() ? "the fraction of updates; the classifier is ours"
                                                : "network, training and sampler; the classifier is ours"});
}

}  // namespace

const Section kModes{"modes", "Modes of stacked MNIST", steps, write};

}  // namespace mdsm::reproduce
