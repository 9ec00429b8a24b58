// Appendix F: energy and temperature along the annealed chain.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm {
namespace {

std::vector<Step> steps(const Place& place) {
  const std::string work = place.work("chain").string();
  return {{"trace", "mnist",
           joined({"sample", place.run("mnist"), "-n", "16", "--trace", work + "/trace.csv", "--grid",
                   work + "/end.png", "--animate", work + "/chain.png", "--frames", "40"},
                  place.scale().chain())}};
}

/// The exponent k of E ~ T^k where the temperature falls and the chain is settled: the slope of log E against log T.
double exponent(const Columns& trace, double high, double low) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (size_t i = 0; i < trace.at("temperature").size(); ++i) {
    const double t = trace.at("temperature")[i], e = trace.at("energy")[i];
    if (!(t <= high && t >= low && e > 0)) continue;
    const double x = std::log(t), y = std::log(e);
    n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

void write(const Findings& findings, SectionText& text) {
  Columns trace = findings.csv("trace.csv");
  const auto d = static_cast<double>(findings.run("mnist").dimensions);
  block::Series energy{"mean energy", trace["step"], trace["energy"]};
  block::Series law{"(d/2) T", trace["step"], {}};
  for (const double t : trace["temperature"]) law.y.push_back(d / 2 * t);
  law.dashed = true;
  block::Series temperature{"temperature", trace["step"], trace["temperature"]};
  temperature.second_axis = true;
  text.page.add(block::Chart{.name = "chain",
                             .caption =
                                 "Energy and temperature along the annealed chain, the mean of 16 chains; dashed the "
                                 "energy (d/2) T of a quadratic bowl in equilibrium.",
                             .x_label = "step",
                             .y_label = "energy",
                             .series = {energy, law, temperature},
                             .second_label = "temperature"});
  text.page.add(findings.picture("chain", "Sixteen chains on their way, animated",
                                 "The same chains on their way (an animated PNG).", 400));
  const double k = exponent(trace, 90, 3);
  const std::string seen = "E grows as T to the power " + decimal(k, 2) + " between T = 90 and 3";
  text.claims.push_back(
      {"the energy is proportional to T on the anneal", seen, std::abs(k - 1) < 0.1 ? Verdict::holds : Verdict::fails});
  write_comparison(findings, text.page,
                   {"figure F.1B: energy proportional to temperature",
                    seen,
                    {"mnist"},
                    "16 chains of " + decimal(trace["gradients"].back(), 0) + " gradients",
                    std::string("energies are up to the network's own constant; ") +
                        (findings.scale().is_paper() ? "the fraction of updates" : "width, optimiser, updates")});
}

}  // namespace

const Section kChain{"chain", "Appendix F: energy and temperature along the chain", steps, write};

}  // namespace mdsm
