// Appendix F: energy and temperature along the annealed chain.

#include <cmath>

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

std::vector<Step> steps(const Place& place) {
  const std::string work = place.work("chain").string();
  return {{"trace", "mnist",
           joined({"sample", place.run("mnist"), "-n", "16", "--trace", work + "/trace.csv", "--grid",
                   work + "/end.png", "--animate", work + "/chain.png", "--frames", "40"},
                  place.scale().chain())}};
}

/// E = constant + slope T, by least squares over the part of the anneal in which T falls and the chain is settled.
struct Line {
  double constant = 0;
  double slope = 0;
  double correlation = 0;
};

Line fit(const Columns& trace, double hottest, double coldest) {
  double n = 0, st = 0, se = 0, stt = 0, ste = 0, see = 0;
  for (size_t i = 0; i < trace.at("temperature").size(); ++i) {
    const double t = trace.at("temperature")[i], e = trace.at("energy")[i];
    if (!(t <= hottest && t >= coldest)) continue;
    n += 1, st += t, se += e, stt += t * t, ste += t * e, see += e * e;
  }
  const double tt = n * stt - st * st, te = n * ste - st * se, ee = n * see - se * se;
  return {(se - te / tt * st) / n, te / tt, te / std::sqrt(tt * ee)};
}

void add_chart(const Columns& trace, const Line& line, double d, Page& page) {
  block::Series energy{"mean energy", trace.at("step"), trace.at("energy")};
  block::Series law{"constant + (d/2) T", trace.at("step"), {}};
  for (const double t : trace.at("temperature")) law.y.push_back(line.constant + d / 2 * t);
  law.dashed = true;
  block::Series temperature{"temperature", trace.at("step"), trace.at("temperature")};
  temperature.second_axis = true;
  page.add(block::Chart{.name = "chain",
                        .caption =
                            "Energy and temperature along the annealed chain, the mean of 16 chains; dashed the "
                            "energy (d/2) T of a quadratic bowl in equilibrium, above the constant of this energy.",
                        .x_label = "step",
                        .y_label = "energy",
                        .series = {energy, law, temperature},
                        .second_label = "temperature"});
}

void write(const Findings& findings, SectionText& text) {
  const Columns trace = findings.csv("trace.csv");
  const auto d = static_cast<double>(findings.run("mnist").dimensions);
  const Line line = fit(trace, 90, 1.001);
  add_chart(trace, line, d, text.page);
  text.page.add(findings.picture("chain", "Sixteen chains on their way, animated",
                                 "The same chains on their way (an animated PNG).", 400));
  const double ratio = line.slope / (d / 2);
  const std::string seen = "while T falls from 90 to 1, E is " + decimal(line.constant, 0) + " + " + decimal(ratio, 3) +
                           " (d/2) T, correlation " + decimal(line.correlation, 5);
  text.claims.push_back({"the energy is proportional to T on the anneal, up to the energy's own constant", seen,
                         std::abs(ratio - 1) < 0.1 && line.correlation > 0.99 ? Verdict::holds : Verdict::fails});
  write_comparison(findings, text.page,
                   {"figure F.1B: energy proportional to temperature",
                    seen,
                    {"mnist"},
                    "16 chains of " + decimal(trace.at("gradients").back(), 0) + " gradients",
                    std::string("energies are up to the network's own constant; ") +
                        (findings.scale().is_paper() ? "the fraction of updates" : "width, optimiser, updates")});
}

}  // namespace

const Section kChain{"chain", "Appendix F: energy and temperature along the chain", steps, write};

}  // namespace mdsm::reproduce
