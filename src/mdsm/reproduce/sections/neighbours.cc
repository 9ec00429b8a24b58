// Samples beside their nearest training images: does the model copy?

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

constexpr const char* kRuns[] = {"mnist-unet", "fashion-mnist", "cifar10"};

std::vector<Step> steps(const Place& place) {
  std::vector<Step> steps;
  for (const char* run : kRuns) {
    const std::string grid = (place.work("neighbours") / (std::string(run) + ".png")).string();
    steps.push_back(
        {run,
         run,
         {"evaluate", place.run(run), "neighbours", "-n", place.scale().count(8, 200, 200), "--grid", grid, "--json"}});
  }
  return steps;
}

void write(const Findings& findings, SectionText& text) {
  block::Table table{
      {"samples of", "median distance over that of test images", "Kolmogorov-Smirnov", "copies"}, {}, ""};
  std::vector<std::string> runs;
  bool copies = false;
  for (const char* run : kRuns) {
    if (!findings.has(run)) continue;
    runs.emplace_back(run);
    copies = copies || findings.number(run, "exact_copies") > 0;
    table.rows.push_back({run, decimal(findings.number(run, "median_ratio"), 2),
                          decimal(findings.number(run, "kolmogorov_smirnov"), 3),
                          decimal(findings.number(run, "exact_copies"), 0)});
    text.page.add(findings.picture(run, std::string("Samples and their nearest training images: ") + run,
                                   std::string(run) + ": a sample, then its eight nearest training images (L2)."));
  }
  text.page.add(table);
  text.claims.push_back({"samples are no copies of training images", copies ? "there are copies" : "no copy",
                         copies ? Verdict::fails : Verdict::holds});
  write_comparison(findings, text.page,
                   {"pictures: samples differ from their nearest training images", "the table above", runs,
                    decimal(findings.number(runs.front(), "n"), 0) +
                        " samples, and as many test images: a ratio far below 1 would mean copying",
                    "networks, training and sampler; the distances are measured, not only shown"});
}

}  // namespace

const Section kNeighbours{"neighbours", "Nearest neighbours", steps, write};

}  // namespace mdsm::reproduce
