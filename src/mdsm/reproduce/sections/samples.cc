// Figures of samples: one picture a data set.

#include "mdsm/reproduce/findings.h"
#include "mdsm/reproduce/sections/parts.h"
#include "mdsm/reproduce/sections/sections.h"

namespace mdsm::reproduce {
namespace {

struct Subject {
  const char* run;
  const char* what;
};

constexpr Subject kSubjects[] = {{"mnist", "MNIST, the paper's network and chain"},
                                 {"mnist-unet", "MNIST, our network and sampler"},
                                 {"fashion-mnist", "Fashion-MNIST"},
                                 {"cifar10", "CIFAR-10"},
                                 {"celeba", "CelebA"}};

/// The paper's chain for the paper's networks; else the run's own sampler.
std::vector<std::string> sampler_of(const Place& place, const std::string& run) {
  return place.scale().is_paper() && run != "mnist-unet" ? place.scale().chain() : std::vector<std::string>{};
}

std::vector<Step> steps(const Place& place) {
  std::vector<Step> steps = digit_samples(place, "mnist", place.scale().chain());
  for (const auto& [run, what] : kSubjects) {
    if (std::string(run) == "mnist") continue;
    const std::string picture = (place.work("samples") / (std::string(run) + "-samples.png")).string();
    steps.push_back({std::string(run) + "-samples", run,
                     joined({"sample", place.run(run), "-n", place.scale().count(16, 64, 64), "--grid", picture},
                            sampler_of(place, run))});
  }
  steps.push_back({"mnist-unet-distance", "mnist-unet",
                   joined({"evaluate", place.run("mnist-unet"), "fid", "--features", "digits", "-n",
                           place.scale().count(64, 2000, 5000), "--floor", "--json"},
                          place.scale().reference())});
  return steps;
}

void write(const Findings& findings, SectionText& text) {
  std::string ours;
  std::vector<std::string> runs;
  for (const auto& [run, what] : kSubjects) {
    const std::string step = std::string(run) + "-samples";
    if (!findings.has(step)) continue;
    runs.emplace_back(run);
    text.page.add(findings.picture(step, std::string("Samples: ") + what,
                                   std::string(what) + ", drawn in " + decimal(findings.seconds(step), 0) + " s."));
  }
  if (findings.has("mnist-unet-distance")) {
    ours = "MNIST, ours: Frechet distance through digit features " +
           decimal(digit_distance(findings, "mnist-unet"), 1) + " with " +
           decimal(findings.number("mnist-unet-distance", "gradients_per_sample"), 0) + " gradients a sample; " +
           decimal(findings.number("mnist-unet-distance", "n"), 0) + " training images give " +
           decimal(findings.number("mnist-unet-distance", "frechet_floor"), 1);
  }
  write_comparison(findings, text.page,
                   {"pictures of MNIST, Fashion-MNIST, CIFAR-10 and CelebA; no number but those of table 1", ours, runs,
                    "the first seeds, nothing picked",
                    findings.scale().is_paper() ? "the fraction of updates; mnist-unet is ours, not the paper's"
                                                : "networks, training; sampler but for the first picture"});
}

}  // namespace

const Section kSamples{"samples", "Samples", steps, write};

}  // namespace mdsm::reproduce
